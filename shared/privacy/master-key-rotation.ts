import type { Database } from '../platform/database/database.ts';
import { isAppError } from '../platform/errors.ts';
import type { KeyWrapping, WrappedKey } from '../platform/kms/port.ts';
import { countUserKeys, keysToRewrap, replaceUserKey, type StoredKey } from './user-key-store.ts';

type Needs = { database: Pick<Database, 'transaction'>; keyWrapping: KeyWrapping };

export type RotationProgress = { rewrapped: number; total: number };

/** `unreadable`: keys that no master key we have can unwrap. They were left as they are. */
export type Rotation = { rewrapped: number; unreadable: number };

/** Keys that are being wrapped anew at the same time: each waits for the keeper twice and holds a connection for one statement. */
const AT_ONCE = 4;
const BATCH = 100;

/**
 * Wraps every data key anew that is not under the current master key, a batch after the other. Texts stay as they are, and
 * both the old and the new wrapping can be read meanwhile, so nothing has to stop for it.
 *
 * Each key is replaced by itself, only if it is still the one that was read: stopped at any moment, run again or run twice
 * at once, it goes on with what is left. Ends when a whole pass finds nothing: other processes may still have been making
 * keys under the old one. Throws where the current master key cannot be used, or where none of the old keys can.
 */
export async function rotateMasterKey(
  { database, keyWrapping }: Needs,
  { onProgress, signal }: { onProgress?: (progress: RotationProgress) => void; signal?: AbortSignal } = {},
): Promise<Rotation> {
  const { currentKeyId } = keyWrapping;
  const counts = await database.transaction({ userId: null }, countUserKeys);
  const total = counts.filter(({ keyId }) => keyId !== currentKeyId).reduce((sum, { keys }) => sum + keys, 0);
  let rewrapped = 0;
  for (;;) {
    const pass: Rotation = { rewrapped: 0, unreadable: 0 };
    for await (const batch of batchesOf(database, currentKeyId)) {
      signal?.throwIfAborted();
      const outcomes = await inGroups(batch, (key) => rewrap(key, { database, keyWrapping }, signal));
      const failures = outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : []));
      if (failures.length === total) throw failures[0];
      pass.rewrapped += outcomes.filter((outcome) => 'replaced' in outcome && outcome.replaced).length;
      pass.unreadable += failures.length;
      onProgress?.({ rewrapped: rewrapped + pass.rewrapped, total });
    }
    rewrapped += pass.rewrapped;
    if (pass.rewrapped === 0) return { rewrapped, unreadable: pass.unreadable };
  }
}

async function* batchesOf({ transaction }: Needs['database'], currentKeyId: string): AsyncGenerator<StoredKey[]> {
  let after: StoredKey['userId'] | null = null;
  for (;;) {
    const batch: StoredKey[] = await transaction({ userId: null }, (tx) =>
      keysToRewrap(tx, currentKeyId, { after, most: BATCH }),
    );
    const last = batch.at(-1);
    if (!last) return;
    yield batch;
    after = last.userId;
  }
}

async function inGroups<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>) {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE)
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  return results;
}

type Outcome = { replaced: boolean } | { failure: unknown };

async function rewrap(key: StoredKey, { database, keyWrapping }: Needs, signal?: AbortSignal): Promise<Outcome> {
  const { userId } = key;
  const opened = await unwrapped(key, keyWrapping, signal);
  if ('failure' in opened) return opened;
  const next = await keyWrapping.wrap(opened.dataKey, userId, signal);
  return { replaced: await database.transaction({ userId }, (tx) => replaceUserKey(tx, userId, key, next)) };
}

/** A key that can never be unwrapped must not keep the others from being wrapped anew; an outage stops the whole. */
async function unwrapped(
  key: StoredKey & WrappedKey,
  keyWrapping: KeyWrapping,
  signal?: AbortSignal,
): Promise<{ dataKey: Buffer } | { failure: unknown }> {
  try {
    return { dataKey: await keyWrapping.unwrap(key, key.userId, signal) };
  } catch (failure) {
    if (isAppError(failure) && failure.class === 'permanent') return { failure };
    throw failure;
  }
}

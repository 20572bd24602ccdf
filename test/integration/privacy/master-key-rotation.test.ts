import { beforeEach, describe, expect, it } from '@jest/globals';
import { keysRewrap } from '../../../jobs/keys-rewrap/contract.ts';
import { keysRewrapHandler } from '../../../jobs/keys-rewrap/handler.ts';
import { transient } from '../../../shared/platform/errors.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import { localKeyWrapping } from '../../../shared/platform/kms/local.ts';
import type { KeyWrapping } from '../../../shared/platform/kms/port.ts';
import {
  countUserKeys,
  createUserKeys,
  type RotationProgress,
  rotateMasterKey,
} from '../../../shared/privacy/index.ts';
import { newAccount } from '../../support/factories.ts';
import { ownDatabase } from '../../support/own-database.ts';
import { runHandler } from '../../support/run-handler.ts';

const own = ownDatabase();
const [OLD, NEW, LOST] = ['the earlier secret', 'the newer secret', 'a secret nobody has'].map((secret) =>
  secret.padEnd(40, '.'),
) as [string, string, string];
const changing = localKeyWrapping([NEW, OLD]);
const newId = changing.currentKeyId;

/** People with a text of theirs, sealed while `secret` was the server's. */
async function people(count: number, secret = OLD) {
  const keys = createUserKeys({ database: own.api, wrapping: localKeyWrapping([secret]) });
  return Promise.all(
    Array.from({ length: count }, async () => {
      const userId = await newAccount(own.api);
      return { userId, sealed: (await keys.cipherOf(userId)).seal('checkin.notes', userId) };
    }),
  );
}

/** How many of the texts cannot be opened by a process that has just started with these secrets. */
async function unreadable(texts: readonly { userId: UserId; sealed: Buffer }[], ...secrets: [string, ...string[]]) {
  const keys = createUserKeys({ database: own.api, wrapping: localKeyWrapping(secrets) });
  const opened = await Promise.allSettled(
    texts.map(async ({ userId, sealed }) => (await keys.cipherOf(userId)).open('checkin.notes', sealed) === userId),
  );
  return opened.filter((outcome) => outcome.status === 'rejected' || !outcome.value).length;
}

const rotate = (keyWrapping: KeyWrapping = changing, options = {}) =>
  rotateMasterKey({ database: own.worker, keyWrapping }, options);
const counts = () => own.worker.transaction({ userId: null }, countUserKeys);

/** The wrapping, which fails like an outage once it has wrapped so many. */
function failingAfter(wraps: number): KeyWrapping {
  let left = wraps;
  return {
    ...changing,
    async wrap(...asked) {
      left -= 1;
      if (left < 0) throw transient('master_key_unavailable', 'away');
      return changing.wrap(...asked);
    },
  };
}

beforeEach(async () => {
  await own.look('delete from user_key');
});

describe('rotating the master key', () => {
  it('wraps every key anew and changes no text', async () => {
    const texts = await people(30);
    expect(await rotate()).toEqual({ rewrapped: 30, unreadable: 0 });
    expect(await counts()).toEqual([{ keyId: newId, keys: 30 }]);
    expect(await unreadable(texts, NEW)).toBe(0);
    expect(await unreadable(texts, OLD)).toBe(30);
  });

  it('does nothing the second time', async () => {
    await people(3);
    await rotate();
    expect(await rotate()).toEqual({ rewrapped: 0, unreadable: 0 });
  });

  it('goes on where an outage or its caller has stopped it', async () => {
    const texts = await people(230);
    await expect(rotate(failingAfter(50))).rejects.toMatchObject({ class: 'transient' });
    const stop = new AbortController();
    await expect(rotate(changing, { signal: stop.signal, onProgress: () => stop.abort() })).rejects.toThrow();
    const [left] = (await counts()).filter(({ keyId }) => keyId !== newId);
    expect(left?.keys).toBeGreaterThan(0);
    expect(left?.keys).toBeLessThan(181);
    expect(await unreadable(texts, NEW, OLD)).toBe(0);
    expect(await rotate()).toEqual({ rewrapped: left?.keys, unreadable: 0 });
    expect(await unreadable(texts, NEW)).toBe(0);
  });

  it('lets everybody read and write meanwhile, also processes that do not know the newer secret as theirs yet', async () => {
    const texts = await people(120);
    let isDone = false;
    const written: typeof texts = [];
    const failures: unknown[] = [];
    const processes = [localKeyWrapping([NEW, OLD]), localKeyWrapping([OLD, NEW])].map(async (wrapping) => {
      const keys = createUserKeys({ database: own.api, wrapping, most: 5 });
      for (let turn = 0; !isDone; turn += 1) {
        const { userId, sealed } = texts[(turn * 17) % texts.length] as (typeof texts)[number];
        try {
          const cipher = await keys.cipherOf(userId);
          cipher.open('checkin.notes', sealed);
          written.push({ userId, sealed: cipher.seal('checkin.notes', userId) });
          if (turn % 10 === 0) written.push(...(await people(1)));
        } catch (error) {
          failures.push(error);
        }
      }
    });
    const first = await rotate();
    isDone = true;
    await Promise.all(processes);
    await rotate();
    expect(failures).toEqual([]);
    expect(first.rewrapped).toBeGreaterThanOrEqual(120);
    expect(written.length).toBeGreaterThan(10);
    expect(await unreadable([...texts, ...written], NEW)).toBe(0);
  });

  it('may be asked for twice at once', async () => {
    const texts = await people(40);
    const both = await Promise.all([rotate(), rotate()]);
    expect(both[0].rewrapped + both[1].rewrapped).toBe(40);
    expect(await unreadable(texts, NEW)).toBe(0);
  });

  it('leaves keys alone that no master key opens, and takes all others along', async () => {
    const texts = await people(5);
    await people(2, LOST);
    expect(await rotate()).toEqual({ rewrapped: 5, unreadable: 2 });
    expect(await unreadable(texts, NEW)).toBe(0);
    expect((await counts()).map(({ keys }) => keys)).toEqual([5, 2]);
  });

  it('says so where it could not open a single one', async () => {
    await people(2, LOST);
    await expect(rotate()).rejects.toMatchObject({ code: 'master_key_refused', class: 'permanent' });
  });

  it('tells how far it is', async () => {
    await people(130);
    const told: RotationProgress[] = [];
    await rotate(changing, { onProgress: (progress: RotationProgress) => told.push(progress) });
    expect(told).toEqual([
      { rewrapped: 100, total: 130 },
      { rewrapped: 130, total: 130 },
    ]);
  });
});

describe('keys.rewrap', () => {
  const run = () => runHandler(own.worker, keysRewrap, keysRewrapHandler({ keyWrapping: changing }), {}, own);

  it('gives back what it has done', async () => {
    await people(4);
    expect(await run()).toEqual({ rewrapped: 4, unreadable: 0 });
  });

  it('becomes a dead letter when keys were left behind, after it has saved the others', async () => {
    const texts = await people(3);
    await people(1, LOST);
    await expect(run()).rejects.toMatchObject({ code: 'keys_unreadable', class: 'permanent' });
    expect(await unreadable(texts, NEW)).toBe(0);
  });
});

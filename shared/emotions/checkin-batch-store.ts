import type { Transaction } from '../platform/database/database.ts';
import type { CheckinId, UserId } from '../platform/ids.ts';
import type { UserCipher } from '../privacy/index.ts';
import { type AcceptedCheckin, accepted, insertCheckins, readSetting } from './checkin-insert-store.ts';
import { type CheckinRefusal, type NewCheckin, refusal, refusalOf } from './new-checkin.ts';

/** A check-in under the phone's own name for it, which makes it safe to send again. */
export type NamedCheckin = { clientId: string; checkin: NewCheckin };

export type CheckinOutcome =
  | { status: 'created' | 'existing'; id: CheckinId }
  | { status: 'rejected'; refusal: CheckinRefusal };

/**
 * Records what a phone collected offline, each check-in for itself: a bad one is refused and the others are kept. An item
 * sent before is answered with the check-in it became; another body under its name is refused. Gives one outcome for each
 * item, in their order, for a number of statements that does not depend on how many there are.
 */
export async function recordCheckins(
  tx: Transaction,
  userId: UserId,
  cipher: UserCipher,
  items: readonly NamedCheckin[],
  now: Temporal.Instant,
): Promise<CheckinOutcome[]> {
  if (items.length === 0) return [];
  const setting = await readSetting(
    tx,
    userId,
    items.map(({ checkin }) => checkin),
    now,
  );
  const judged = items.map((item) => ({
    ...item,
    hash: fingerprintOf(item.checkin, cipher),
    refused: refusalOf(item.checkin, setting, now),
  }));
  const candidates = new Map<string, Candidate>();
  for (const { clientId, checkin, hash, refused } of judged)
    if (!refused && !candidates.has(clientId)) candidates.set(clientId, { clientId, hash, ...accepted(checkin) });

  const claimed = new Set(await claimNames(tx, userId, [...candidates.values()]));
  const created = [...candidates.values()].filter(({ clientId }) => claimed.has(clientId));
  await insertCheckins(tx, userId, cipher, created, { ...setting, now });
  const known = await checkinsByName(
    tx,
    userId,
    items.map(({ clientId }) => clientId),
  );

  const answered = new Set<string>();
  return judged.map(({ clientId, hash, refused }): CheckinOutcome => {
    const stored = known.get(clientId);
    if (stored && stored.hash !== hash) return { status: 'rejected', refusal: REUSED };
    // What was accepted once stays so, whatever has become of its journal or of our clock.
    if (!stored) return { status: 'rejected', refusal: refused ?? REUSED };
    const isFirst = claimed.has(clientId) && !answered.has(clientId);
    answered.add(clientId);
    return { status: isFirst ? 'created' : 'existing', id: stored.id };
  });
}

type Candidate = AcceptedCheckin & { clientId: string; hash: string };

const REUSED = refusal('client_id_reused', 'clientId', 'reused', 'This name was used for another check-in.');

/** The names that were free. A batch sent twice at once waits here for its twin; the order keeps them from deadlocking. */
async function claimNames(tx: Transaction, userId: UserId, candidates: readonly Candidate[]): Promise<string[]> {
  const rows = await tx.query<{ clientId: string }>(CLAIM, [
    userId,
    candidates.map(({ clientId }) => clientId),
    candidates.map(({ id }) => id),
    candidates.map(({ hash }) => hash),
  ]);
  return rows.map(({ clientId }) => clientId);
}

const CLAIM = `
  insert into checkin_client_id (user_id, client_id, checkin_id, body_hash)
  select $1, client_id, checkin_id, decode(hash, 'hex')
  from unnest($2::text[], $3::uuid[], $4::text[]) as new (client_id, checkin_id, hash)
  order by client_id
  on conflict do nothing
  returning client_id as "clientId"`;

async function checkinsByName(tx: Transaction, userId: UserId, clientIds: readonly string[]) {
  const rows = await tx.query<{ clientId: string; id: CheckinId; hash: string }>(BY_NAME, [userId, clientIds]);
  return new Map(rows.map((row) => [row.clientId, row]));
}

const BY_NAME = `
  select client_id as "clientId", checkin_id as id, encode(body_hash, 'hex') as hash
  from checkin_client_id where user_id = $1 and client_id = any($2)`;

/**
 * The same for the same check-in, in whatever order its fields were sent and however its instant was written. Keyed, because
 * there are few enough short notes to try them all on a plain hash.
 */
const fingerprintOf = (checkin: NewCheckin, cipher: UserCipher): string => {
  const fields = Object.entries(checkin).sort(([a], [b]) => (a < b ? -1 : 1));
  return cipher.fingerprint('checkin_client_id.body_hash', JSON.stringify(fields)).toString('hex');
};

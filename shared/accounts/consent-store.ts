import type { Transaction } from '../platform/database/database.ts';
import { newId, type UserId } from '../platform/ids.ts';
import { Purpose } from '../platform/purpose.ts';
import { CONSENT_VERSION, Consent } from './consent.ts';

/** The user's newest decision on each purpose they ever decided on. */
export async function currentConsents(tx: Transaction): Promise<Consent[]> {
  const newest = await tx.query<{ id: string }>(NEWEST_OF_EACH);
  return tx.em.find(Consent, { id: { $in: newest.map(({ id }) => id) } }, { orderBy: { id: 'asc' } });
}

const NEWEST_OF_EACH = 'select distinct on (purpose) id from consent order by purpose, recorded_at desc, id desc';

/** What the user has decided, the newest first: as much of it as anybody can look through. */
export const consentHistory = (tx: Transaction): Promise<Consent[]> =>
  tx.em.find(Consent, {}, { orderBy: { recordedAt: 'desc', id: 'desc' }, limit: 100 });

/**
 * Whether the transaction's user agrees to `purpose`, for the rest of this transaction: a withdrawal waits until it has
 * ended, so nothing commits on a consent that was withdrawn before.
 */
export async function hasConsent(tx: Transaction, purpose: Purpose): Promise<boolean> {
  const [, rows] = await Promise.all([
    // A statement of its own: the next one's snapshot must be taken after the wait, not before it.
    tx.query(`select pg_advisory_xact_lock_shared(${CONSENT_LOCK})`, [tx.userId]),
    tx.query<{ granted: boolean }>(NEWEST, [purpose]),
  ]);
  return rows[0]?.granted ?? false;
}

const CONSENT_LOCK = `hashtextextended('consent ' || $1::text, 0)`;

const NEWEST = 'select granted from consent where purpose = $1 order by recorded_at desc, id desc limit 1';

/** What holds now, and what of it is agreed to that was not before. */
export type RecordedConsents = { newest: Consent[]; newlyGranted: Purpose[] };

/** Makes exactly `granted` the purposes the user agrees to. Only what changes is recorded. */
export async function recordConsents(
  tx: Transaction,
  userId: UserId,
  granted: readonly Purpose[],
  now: Temporal.Instant,
): Promise<RecordedConsents> {
  await tx.query(`select pg_advisory_xact_lock(${CONSENT_LOCK})`, [userId]);
  const current = new Map((await currentConsents(tx)).map((consent) => [consent.purpose, consent]));
  const newlyGranted = granted.filter((purpose) => !current.get(purpose)?.granted);
  for (const purpose of Purpose.options) {
    const last = current.get(purpose);
    const wanted = granted.includes(purpose);
    if (wanted === (last?.granted ?? false) && (last?.version ?? CONSENT_VERSION) === CONSENT_VERSION) continue;
    const recordedAt = last ? laterThan(last.recordedAt, now) : now;
    current.set(
      purpose,
      tx.em.create(Consent, {
        id: newId(),
        userId,
        purpose,
        version: CONSENT_VERSION,
        granted: wanted,
        recordedAt,
      }),
    );
  }
  return { newest: [...current.values()], newlyGranted };
}

/** The newest decision counts, so a clock that was set back must not hide one behind an older. */
const laterThan = (earlier: Temporal.Instant, now: Temporal.Instant): Temporal.Instant =>
  Temporal.Instant.compare(now, earlier) > 0 ? now : earlier.add({ microseconds: 1 });

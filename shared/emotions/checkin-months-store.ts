import type { Transaction } from '../platform/database/database.ts';

/** The first day of the month, in UTC, whose partition holds what was felt at an instant. */
export const monthOf = ({ occurredAt }: { occurredAt: Temporal.Instant }): string =>
  `${occurredAt.toString().slice(0, 7)}-01`;

/** Months ahead of the current one that have their partitions before anybody needs them. */
const MONTHS_AHEAD = 3;

/** Makes the partitions of the current month and the next ones that are missing. Gives back how many it made. */
export async function ensureCheckinMonths(tx: Transaction, now: Temporal.Instant): Promise<number> {
  const month = Temporal.PlainDate.from(monthOf({ occurredAt: now }));
  const months = Array.from({ length: MONTHS_AHEAD + 1 }, (_, at) => month.add({ months: at }).toString());
  const [row] = await tx.query<{ made: number }>('select checkin_ensure_months($1) as made', [months]);
  return row?.made ?? 0;
}

/** How many months have a partition, and PostgreSQL's `max_locks_per_transaction`. */
export type LockRoom = { months: number; locks: number };

/**
 * A question about all of somebody's check-ins locks every partition and its index, whoever's they are. Where the setting
 * is lower than that, as many connections at once run out of room, and PostgreSQL refuses statements ("out of shared memory").
 */
export const isTight = ({ months, locks }: LockRoom): boolean => locks < LOCKS_OF_A_MONTH * months;
const LOCKS_OF_A_MONTH = 2;

export async function readLockRoom(tx: Transaction): Promise<LockRoom> {
  const [row] = await tx.query<LockRoom>(LOCK_ROOM);
  if (!row) throw new Error('an aggregate gives one row');
  return row;
}

const LOCK_ROOM = `
  select count(*)::int as months, current_setting('max_locks_per_transaction')::int as locks
  from pg_inherits where inhparent = 'checkin'::regclass`;

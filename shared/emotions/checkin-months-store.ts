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

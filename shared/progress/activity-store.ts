import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import { localDateOf } from '../platform/time/local-date.ts';
import { countsForStreak } from './streak-policy.ts';

export type ActivityKind = 'checkin' | 'journal' | 'tool';

/** That a person did something, and nothing of what: this much stays when the fact itself is deleted. */
export type NewActivity = {
  userId: UserId;
  kind: ActivityKind;
  /** The fact's id. A source is recorded once; again, it changes nothing. */
  sourceId: string;
  occurredAt: Temporal.Instant;
  /** IANA zone in which it happened. */
  timeZone: string;
  /** The person's day cut-off now, in whole hours; the local date stays what it makes of it. */
  cutOffHours: number;
  receivedAt: Temporal.Instant;
};

/** Records an activity and notes its date for the next `recomputeStreak`. */
export const recordActivity = (tx: Transaction, activity: NewActivity): Promise<void> =>
  recordActivities(tx, [activity]);

/** As `recordActivity`, for many in one statement. */
export async function recordActivities(tx: Transaction, activities: readonly NewActivity[]): Promise<void> {
  await tx.query(RECORD, [
    JSON.stringify(
      activities.map(({ userId, kind, sourceId, occurredAt, timeZone, cutOffHours, receivedAt }) => ({
        user_id: userId,
        kind,
        source_id: sourceId,
        occurred_at: occurredAt,
        time_zone: timeZone,
        local_date: localDateOf(occurredAt, timeZone, cutOffHours),
        received_at: receivedAt,
        counts: countsForStreak(occurredAt, receivedAt),
      })),
    ),
  ]);
}

const RECORD = `
  with recorded as (
    insert into activity (user_id, kind, source_id, occurred_at, time_zone, local_date, received_at, counts)
    select user_id, kind, source_id, occurred_at, time_zone, local_date, received_at, counts
    from jsonb_to_recordset($1) as new (user_id uuid, kind text, source_id uuid, occurred_at timestamptz,
      time_zone text, local_date date, received_at timestamptz, counts boolean)
    on conflict (user_id, kind, source_id) do nothing
    returning user_id, local_date, counts
  )
  insert into streak_change (user_id, local_date) select distinct user_id, local_date from recorded where counts`;

/** Takes an activity back, as undoing a check-in does, and notes its date. Gives back when it was; null: there was none. */
export async function removeActivity(
  tx: Transaction,
  { userId, kind, sourceId }: Pick<NewActivity, 'userId' | 'kind' | 'sourceId'>,
): Promise<string | null> {
  const [removed] = await tx.query<{ occurredAt: string }>(REMOVE, [userId, kind, sourceId]);
  return removed?.occurredAt ?? null;
}

const REMOVE = `
  with removed as (
    delete from activity where user_id = $1 and kind = $2 and source_id = $3
    returning user_id, local_date, counts, occurred_at
  ), noted as (
    insert into streak_change (user_id, local_date) select user_id, local_date from removed where counts
  )
  select occurred_at::text as "occurredAt" from removed`;

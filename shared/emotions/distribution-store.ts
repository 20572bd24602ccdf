import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import { type CountedCheckin, distributionOf } from './distribution.ts';
import type { DistributionAnswer } from './distribution-answer.ts';
import { listEmotionTypes } from './emotion-type-store.ts';
import { epochMs } from './mood-store.ts';
import { partOfDayReader } from './part-of-day.ts';
import { ownDates } from './trend-store.ts';
import type { TrendWindowName } from './trend-window.ts';

/** Counted anew each time: quicker than anything that would have to be kept true. */
export async function readDistribution(
  tx: Transaction,
  userId: UserId,
  name: TrendWindowName,
  now: Temporal.Instant,
): Promise<DistributionAnswer> {
  const [window, types] = await Promise.all([ownDates(tx, userId, name, now), listEmotionTypes(tx)]);
  const rows = await tx.query<Row>(INSIDE, [userId, window.from, window.to]);
  const partOfDay = partOfDayReader();
  const checkins = rows.map(({ occurredAtMs, timeZone, ...checkin }) => ({
    ...checkin,
    partOfDay: partOfDay(occurredAtMs, timeZone),
  }));
  return distributionOf(checkins, types, window);
}

type Row = Omit<CountedCheckin, 'partOfDay'> & { occurredAtMs: number; timeZone: string };

/** No local date is further than two days from the instant's date in UTC: that keeps to the index. */
const INSIDE = `
  select emotion_type_id as "emotionTypeId", intensity, local_date::text as "localDate", time_zone as "timeZone",
         ${epochMs('occurred_at')} as "occurredAtMs"
  from checkin
  where user_id = $1 and local_date between $2 and $3
    and occurred_at >= ($2::date - 2)::timestamptz and occurred_at < ($3::date + 3)::timestamptz
  order by occurred_at`;

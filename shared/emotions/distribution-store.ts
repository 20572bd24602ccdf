import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import { type CheckinCount, distributionOf } from './distribution.ts';
import type { DistributionAnswer } from './distribution-answer.ts';
import { zoneOffsets } from './distribution-offsets.ts';
import { listEmotionTypes } from './emotion-type-store.ts';
import { partOfHour } from './part-of-day.ts';
import { ownDates } from './place-store.ts';
import type { TrendWindow, TrendWindowName } from './trend-window.ts';

/** Counted anew each time: quicker than anything that would have to be kept true. */
export async function readDistribution(
  tx: Transaction,
  userId: UserId,
  name: TrendWindowName,
  now: Temporal.Instant,
): Promise<DistributionAnswer> {
  const [window, types] = await Promise.all([ownDates(tx, userId, name, now), listEmotionTypes(tx)]);
  return distributionOf(await countCheckins(tx, userId, window), types, window);
}

/** Counted where they lie, for the whole history of somebody would fill the memory of the api, some years at a time. */
async function countCheckins(tx: Transaction, userId: UserId, { from, to }: TrendWindow): Promise<CheckinCount[]> {
  const zones = await tx.query<{ timeZone: string }>(ZONES, [userId, from, to]);
  if (zones.length === 0) return [];
  const [first, last] = [utcDay(from, -MOST_DAYS_APART), utcDay(to, MOST_DAYS_APART + 1)];
  const offsets = JSON.stringify(zones.map(({ timeZone }) => zoneOffsets(timeZone, first, last)));
  const counts: CheckinCount[] = [];
  for (const slice of slicesOf(from, to))
    counts.push(...(await tx.query<CheckinCount>(COUNTS, [userId, slice.from, slice.to, offsets, PARTS])));
  return counts;
}

/** What one statement counts: no statement of the api may take longer than a few seconds. */
const SLICE = { years: 4 };

function* slicesOf(from: string, to: string): Generator<{ from: string; to: string }> {
  const last = Temporal.PlainDate.from(to);
  let start = Temporal.PlainDate.from(from);
  while (Temporal.PlainDate.compare(start, last) <= 0) {
    const next = start.add(SLICE);
    const end = Temporal.PlainDate.compare(next, last) > 0 ? last : next.subtract({ days: 1 });
    yield { from: start.toString(), to: end.toString() };
    start = next;
  }
}

/** No local date is further than that from the instant's date in UTC, which keeps to the index. */
const MOST_DAYS_APART = 2;

const utcDay = (date: string, days: number): Temporal.Instant =>
  Temporal.PlainDate.from(date).add({ days }).toZonedDateTime('UTC').toInstant();

/** The part of the day of each hour. */
const PARTS = Array.from({ length: 24 }, (_, hour) => partOfHour(hour));

const INSIDE = `
  user_id = $1 and local_date between $2 and $3
    and occurred_at >= ($2::date - ${MOST_DAYS_APART})::timestamptz
    and occurred_at < ($3::date + ${MOST_DAYS_APART + 1})::timestamptz`;

const ZONES = `select distinct time_zone as "timeZone" from checkin where ${INSIDE}`;

const WALL_CLOCK = `
  occurred_at at time zone 'UTC' + make_interval(secs => zone.offsets[width_bucket(occurred_at, zone.changes) + 1])`;

/** Before any check-in. Whole days since then: `isodow` is a numeric, which takes longer. */
const A_MONDAY = `date '1990-01-01'`;

const COUNTS = `
  select emotion_type_id as "emotionTypeId", intensity, (local_date - ${A_MONDAY}) % 7 + 1 as weekday,
         ($5::text[])[date_part('hour', ${WALL_CLOCK})::int + 1] as "partOfDay", count(*)::int as n
  from checkin
  join jsonb_to_recordset($4) as zone ("timeZone" text, changes timestamptz[], offsets float8[]) on zone."timeZone" = time_zone
  where ${INSIDE}
  group by 1, 2, 3, 4`;

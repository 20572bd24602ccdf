import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import { type Condition, type Facts, factsFrom, type Reading } from './criteria.ts';

/**
 * A person's facts as criteria see them, read for `conditions` in one round trip.
 *
 * Statements number what is counted and look into the stored runs, because how long a streak is has one home. Conditions
 * that differ in their goal alone are counted once.
 */
export async function readFacts(tx: Transaction, userId: UserId, conditions: readonly Condition[]): Promise<Facts> {
  const streaks = conditions.filter((condition) => !isCount(condition));
  const counts = conditions.filter(isCount);
  const emotions = counts.filter(isOfEmotions);
  const others = counts.filter((condition) => !isOfEmotions(condition));
  const readings = await Promise.all([
    read(tx, others, COUNTED, () => [userId, ...countValues(others)]),
    read(tx, emotions, EMOTIONS_COUNTED, () => [userId, ...countValues(emotions)]),
    read(tx, streaks, IN_RUNS, () => [userId, streaks.map(({ gte }) => gte)]),
  ]);
  return factsFrom(readings.flat());
}

type StreakCondition = Extract<Condition, { metric: 'longest_streak' }>;
type CountCondition = Exclude<Condition, StreakCondition>;

const isCount = (condition: Condition): condition is CountCondition => condition.metric !== 'longest_streak';
const isOfEmotions = ({ metric }: CountCondition): boolean => metric === 'distinct_emotions';

/** `place` is the condition's, from 1. */
type ReadingRow = { place: number; value: number; reachedAt: string | null };

async function read(
  tx: Transaction,
  conditions: readonly Condition[],
  statement: string,
  values: () => unknown[],
): Promise<[Condition, Reading][]> {
  if (conditions.length === 0) return [];
  const rows = await tx.query<ReadingRow>(statement, values());
  return rows.flatMap(({ place, value, reachedAt }) => {
    const condition = conditions[place - 1];
    const reading = { value, reachedAt: reachedAt === null ? null : Temporal.Instant.from(reachedAt) };
    return condition ? [[condition, reading] as [Condition, Reading]] : [];
  });
}

function countValues(conditions: readonly CountCondition[]): unknown[] {
  const asked = conditions.map((condition) => {
    const filter = condition.metric === 'journals' ? condition.filter : undefined;
    const kind = condition.metric === 'active_days' ? condition.filter?.kind : undefined;
    return {
      metric: condition.metric,
      kind: kind ?? null,
      least: filter?.minSeconds ?? 0,
      span: condition.window ?? null,
    };
  });
  const series = [...new Map(asked.map((one) => [JSON.stringify(one), one])).values()];
  const keys = series.map((one) => JSON.stringify(one));
  return [
    series.map(({ metric }) => metric),
    series.map(({ kind }) => kind),
    series.map(({ least }) => least),
    series.map(({ span }) => span),
    asked.map((one) => keys.indexOf(JSON.stringify(one)) + 1),
    conditions.map(({ gte }) => gte),
  ];
}

// `fact.item` is what is counted: the first of each in its window raises the metric by one, at its instant.
const counted = (facts: string): string => `
  with series as (
    select * from unnest($2::text[], $3::text[], $4::float8[], $5::text[])
      with ordinality as s (metric, kind, least, span, number)
  ), firsts as (
    select series.number, date_trunc(series.span, fact.local_date::timestamp) as span_start, fact.item,
           min(fact.occurred_at) as at
    from series cross join lateral (${facts}) fact
    group by 1, 2, 3
  ), numbered as (
    select number, at, row_number() over (partition by number, span_start order by at) as nth from firsts
  )
  select asked.place::int as place, coalesce(max(nth), 0)::int as value,
         (min(at) filter (where nth = asked.gte))::text as "reachedAt"
  from unnest($6::int[], $7::int[]) with ordinality as asked (number, gte, place)
  left join numbered on numbered.number = asked.number
  group by asked.place, asked.gte`;

const COUNTED = counted(`
      select source_id::text as item, local_date, occurred_at from activity
      where user_id = $1 and kind = 'checkin' and series.metric = 'checkins'
      union all
      select local_date::text, local_date, occurred_at from activity
      where user_id = $1 and kind = 'checkin' and series.metric = 'checkin_days'
      union all
      select journal.id::text, journal.local_date, journal.recorded_at
      from journal join audio_metadata audio on audio.journal_id = journal.id
      where journal.user_id = $1 and series.metric = 'journals' and audio.status = 'valid'
        and journal.duration_seconds >= series.least
      union all
      select local_date::text, local_date, occurred_at from activity
      where user_id = $1 and series.metric = 'active_days' and counts and (series.kind is null or kind = series.kind)`);

/** By itself: it looks into every month of check-ins, which nothing else that is counted has to. */
const EMOTIONS_COUNTED = counted(`
      select emotion_type_id::text as item, local_date, occurred_at from checkin where user_id = $1`);

// The first run that is long enough; of its first days the latest first fact, for days may be filled in later.
const IN_RUNS = `
  with run as (
    select (run ->> 'start')::date as start, (run ->> 'length')::int as length, place
    from user_streak, jsonb_array_elements(runs) with ordinality as r (run, place)
    where user_id = $1
  )
  select asked.place::int as place, (select coalesce(max(length), 0) from run) as value, reached.at::text as "reachedAt"
  from unnest($2::int[]) with ordinality as asked (gte, place)
  left join lateral (select start from run where length >= asked.gte order by place limit 1) first on true
  left join lateral (
    select max(at) as at from (
      select min(occurred_at) as at from activity
      where user_id = $1 and counts and local_date >= first.start
      group by local_date order by local_date limit asked.gte
    ) day having count(*) = asked.gte
  ) reached on true`;

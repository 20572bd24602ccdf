import { z } from 'zod';

/**
 * What an achievement asks for, as stored in its `criteria`: conditions joined by `all`, `any` and `not`.
 *
 * The language has no word for an emotion, its valence, its intensity or an hour of the day, so nobody can write an
 * achievement for distress or for being up at night. Depth and length are bounded: criteria are data, and data may be wrong.
 */
export type Criteria = Condition | { all: Criteria[] } | { any: Criteria[] } | { not: Criteria };

const gte = z.int().min(1).max(100_000);
/** A calendar week (from Monday) or month of local dates; without it, all time. */
const window = z.enum(['week', 'month']).optional();

/**
 * One metric and the number it has to reach; with a `window`, within at least one such week or month.
 *
 * | metric | counts | its n-th instant is that of |
 * |---|---|---|
 * | `journals` | journals whose audio was found valid, at least `minSeconds` long | the n-th journal |
 * | `checkins` | check-ins | the n-th check-in |
 * | `checkin_days` | local dates with a check-in | the first check-in of the n-th such date |
 * | `active_days` | local dates with a fact that counts, of one `kind` or any | the first fact of the n-th such date |
 * | `distinct_emotions`, `tools_tried` | different ones | the first use of the n-th |
 * | `longest_streak` | active days of the longest run | the latest of the first facts of the n first days of the first run that long |
 */
export const Condition = z.discriminatedUnion('metric', [
  z.strictObject({
    metric: z.literal('journals'),
    filter: z.strictObject({ minSeconds: z.int().min(1).max(3_600) }).optional(),
    window,
    gte,
  }),
  z.strictObject({
    metric: z.literal('active_days'),
    filter: z.strictObject({ kind: z.enum(['checkin', 'journal', 'tool']) }).optional(),
    window,
    gte,
  }),
  z.strictObject({ metric: z.enum(['checkins', 'checkin_days', 'distinct_emotions', 'tools_tried']), window, gte }),
  z.strictObject({ metric: z.literal('longest_streak'), gte }),
]);
export type Condition = z.infer<typeof Condition>;

export const Criteria: z.ZodType<Criteria> = criteriaOfDepth(3).refine(asksForSomething, {
  error: 'Holds for somebody who has done nothing.',
});

/**
 * How far a person is on one condition: `value` is the metric now (with a window, the best one), `reachedAt` the instant of
 * the fact that made it `gte`, or null. Once reached, a condition stays reached.
 */
export type Reading = { value: number; reachedAt: Temporal.Instant | null };

/** A person's facts as criteria see them: one reading per condition, however the store came by it. */
export type Facts = (condition: Condition) => Reading;

/** Facts out of readings fetched beforehand. Asking for a condition that was not fetched is a bug and throws. */
export function factsFrom(readings: Iterable<readonly [Condition, Reading]>): Facts {
  const byKey = new Map(Array.from(readings, ([condition, reading]) => [conditionKey(condition), reading]));
  return (condition) => {
    const reading = byKey.get(conditionKey(condition));
    if (reading === undefined) throw new Error(`no reading of ${conditionKey(condition)}`);
    return reading;
  };
}

/** The instant of the fact that first satisfied the criteria, by when facts occurred; null when none has. */
export function satisfiedAt(criteria: Criteria, facts: Facts): Temporal.Instant | null {
  const instants = conditionsOf(criteria).flatMap((condition) => facts(condition).reachedAt ?? []);
  const ascending = instants.sort(Temporal.Instant.compare);
  return ascending.find((instant) => holds(criteria, (condition) => reachedBy(instant, facts(condition)))) ?? null;
}

/**
 * From 0 to 1. Every part of `all` weighs the same, of `any` the furthest counts. A `not` is no step of the way but a
 * gate: open, it adds nothing; shut, all that it guards is 0.
 */
export function progressOf(criteria: Criteria, facts: Facts): number {
  if ('all' in criteria) {
    const [gates, steps] = [criteria.all.filter(isGate), criteria.all.filter((part) => !isGate(part))];
    if (gates.some((gate) => progressOf(gate, facts) === 0)) return 0;
    if (steps.length === 0) return 1;
    return steps.reduce((sum, part) => sum + progressOf(part, facts), 0) / steps.length;
  }
  if ('any' in criteria) return Math.max(...criteria.any.map((part) => progressOf(part, facts)));
  if ('not' in criteria) return holds(criteria, (condition) => facts(condition).reachedAt !== null) ? 1 : 0;
  return Math.min(facts(criteria).value / criteria.gte, 1);
}

/** The conditions in it, left to right. */
export function conditionsOf(criteria: Criteria): Condition[] {
  if ('all' in criteria) return criteria.all.flatMap(conditionsOf);
  if ('any' in criteria) return criteria.any.flatMap(conditionsOf);
  if ('not' in criteria) return conditionsOf(criteria.not);
  return [criteria];
}

/** Whether later facts can undo it, which only a `not` allows. */
export function canBeRefuted(criteria: Criteria): boolean {
  if ('all' in criteria) return criteria.all.some(canBeRefuted);
  if ('any' in criteria) return criteria.any.some(canBeRefuted);
  return 'not' in criteria;
}

/** The same text for the same condition, in whatever order its fields were written. */
export function conditionKey(condition: Condition): string {
  const filter = 'filter' in condition ? condition.filter : undefined;
  const window = 'window' in condition ? condition.window : undefined;
  return JSON.stringify([condition.metric, filter ?? null, window ?? null, condition.gte]);
}

function holds(criteria: Criteria, reached: (condition: Condition) => boolean): boolean {
  if ('all' in criteria) return criteria.all.every((part) => holds(part, reached));
  if ('any' in criteria) return criteria.any.some((part) => holds(part, reached));
  if ('not' in criteria) return !holds(criteria.not, reached);
  return reached(criteria);
}

const reachedBy = (instant: Temporal.Instant, { reachedAt }: Reading) =>
  reachedAt !== null && Temporal.Instant.compare(reachedAt, instant) <= 0;

const isGate = (criteria: Criteria) => 'not' in criteria;

function asksForSomething(criteria: Criteria): boolean {
  return !holds(criteria, () => false);
}

function criteriaOfDepth(depth: number): z.ZodType<Criteria> {
  if (depth === 0) return Condition;
  const part = criteriaOfDepth(depth - 1);
  const parts = z.array(part).min(1).max(10);
  return z.union([
    Condition,
    z.strictObject({ all: parts }),
    z.strictObject({ any: parts }),
    z.strictObject({ not: part }),
  ]);
}

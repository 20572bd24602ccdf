/**
 * How much data each answer needs before it is given, and what is said instead when there is less.
 * Too little data is an answer of its own: the field holds `{insufficient:{have,need,unit}}`, everywhere alike.
 */
export const gates = {
  level: { checkins: 7, days: 5 },
  /** `early` from 20 check-ins on, `clear` from 42 (three a day over two weeks). */
  spread: { checkins: 20, clearCheckins: 42 },
  /** Two check-ins a day make 10 pairs out of the 20 check-ins that any spread needs. */
  instability: { pairs: 10 },
  inertia: { pairs: 60 },
  /** Below 30 days φ is too uncertain for more than `early`: of trend-free moods with φ = .5, 8 % alarm at 14 days. */
  trend: { days: 10, spanDays: 14, clearDays: 30, alpha: 0.05 },
  changePoint: { days: 20, clearDays: 40, alpha: 0.05 },
  /** Weeks are counted by the weekday that was recorded least. */
  weekday: { weeks: 5, clearWeeks: 10 },
  /** Values of each part that is compared; fewer, and the part is left out. */
  partOfDay: { values: 8, clearValues: 20 },
  /** Pairs with a difference: equal ones tell nothing of a direction. */
  activity: { pairs: 6, clearPairs: 12 },
  /** In each of the two windows. Weeks are what is exchanged between them: of 4 and 4 there are 70 ways. */
  shift: { days: 20, weeks: 4, clearDays: 40 },
} as const;

export const tiers = ['not_enough', 'early', 'clear'] as const;
export type Tier = (typeof tiers)[number];

/**
 * `days` are distinct days with a check-in, `span_days` the calendar days from the first to the last of them, `weeks` what
 * each weekday was recorded in, `values` medians of one part of one day.
 */
export const gateUnits = ['checkins', 'days', 'span_days', 'pairs', 'weeks', 'values'] as const;
type GateUnit = (typeof gateUnits)[number];

export type Insufficient = { insufficient: { have: number; need: number; unit: GateUnit } };

export const isInsufficient = (answer: object): answer is Insufficient => 'insufficient' in answer;

/** A test that was made, or what there is too little of. */
export type Tested<Test> = Test | Insufficient;

/** One condition of a gate: how many there are, how many it takes, and of what. */
type Requirement = readonly [have: number, need: number, unit: GateUnit];

/** The first requirement that is not met, or undefined when the gate is open. */
export function shortfall(...requirements: Requirement[]): Insufficient | undefined {
  const missing = requirements.find(([have, need]) => have < need);
  if (!missing) return undefined;
  const [have, need, unit] = missing;
  return { insufficient: { have, need, unit } };
}

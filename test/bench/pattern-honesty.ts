import { mean } from '../../shared/emotions/level.ts';
import type { PatternAnswer } from '../../shared/emotions/pattern-answer.ts';
import { findingsOf } from '../../shared/insights/findings.ts';
import { analyseAll } from '../support/analyse-all.ts';
import { type FeltWorld, feltHistory } from '../support/felt-history.ts';
import { usualPatternPolicy } from '../support/pattern-policy.ts';
import type { Bar, Measured } from './bench.ts';

const TOLD_WITHOUT_PATTERN = 0.1;
const FIRST_SEED = 1;

type World = Omit<FeltWorld, 'seed' | 'phi'>;

/** How people check in. None of their moods knows weekdays, hours or activities; all of them act while low. */
const PATTERN_FREE: Readonly<Record<string, World>> = {
  'three a day, 120 days': { days: 120, hours: [[9, 13, 19]] },
  'one a day at any hour, 120 days': { days: 120, hours: [[9], [13], [19]] },
  'one a day, 400 days': { days: 400, hours: [[20]], missing: 0.1 },
  'from one to five a day, 60 days': { days: 60, hours: [[8, 20], [13], [9, 12, 15, 18, 21]] },
};

/** What there is to be found, in mood points of a standard deviation of 3. */
const PATTERNS: Readonly<Record<string, World>> = {
  'Sundays 3 lower, 120 days': {
    days: 120,
    hours: [[9, 13, 19]],
    effect: ({ weekday }) => (weekday === 7 ? -3 : 0),
  },
  'evenings 2 higher, 60 days': { days: 60, hours: [[9, 13, 19]], effect: ({ hour }) => (hour > 17 ? 2 : 0) },
  'after journals 3 higher, 120 days': { days: 120, hours: [[9, 13, 19]], afterJournal: 3 },
  'the last 90 days 2 higher': { days: 180, hours: [[9, 13, 19]], effect: ({ day }) => (day < 90 ? 0 : 2) },
};

/**
 * The share of people who are told of any pattern in any window, and of any insight (trends and changes of level too), of
 * those who have none and of those who have one, with its 95 % interval; and how much better people feel after journals, before and after natural recovery is taken off.
 */
export function patternHonesty(people: number): Pick<Measured, 'subjects' | 'bars'> {
  const subjects: Measured['subjects'] = {};
  const bars: Bar[] = [];
  for (const [name, world] of Object.entries(PATTERN_FREE)) {
    for (const phi of [0, 0.3, 0.5]) {
      const shares = sharesOf(people, { ...world, phi });
      const { told, insight } = shares;
      subjects[`no pattern, ${name}, φ = ${phi}`] = shares;
      bars.push({ what: `told of a pattern, ${name}, φ = ${phi}`, value: told, atMost: TOLD_WITHOUT_PATTERN });
      bars.push({ what: `told of an insight, ${name}, φ = ${phi}`, value: insight, atMost: TOLD_WITHOUT_PATTERN });
    }
  }
  for (const [name, world] of Object.entries(PATTERNS))
    subjects[`${name}, φ = 0.3`] = sharesOf(Math.ceil(people / 5), { ...world, phi: 0.3 });
  return { subjects, bars };
}

function sharesOf(people: number, world: Omit<FeltWorld, 'seed'>) {
  const runs = Array.from({ length: people }, (_, i) => answersTo({ ...world, seed: FIRST_SEED + i }));
  const kinds = runs.map(({ answers }) => new Set(answers.flatMap(kindsOf)));
  const told = kinds.filter(({ size }) => size > 0).length;
  const share = (kind: string) => kinds.filter((of) => of.has(kind)).length / people;
  const [low, high] = wilson(told, people);
  const insight = runs.filter(({ insights }) => insights > 0).length;
  const [insightLow, insightHigh] = wilson(insight, people);
  const journals = runs.flatMap(({ answers }) => journalsOf(answers.at(-1)));
  return {
    told: told / people,
    low,
    high,
    weekday: share('weekday'),
    partOfDay: share('partOfDay'),
    journal: share('journal'),
    tool: share('tool'),
    shift: share('shift'),
    insight: insight / people,
    insightLow,
    insightHigh,
    ...(journals.length > 0 && {
      changeAfterJournals: mean(journals.map(({ change }) => change)),
      shiftBeyondRecovery: mean(journals.map(({ shift }) => shift)),
    }),
  };
}

/** What somebody is told in each window, the last that of the whole history; and how many insights come of all of them. */
function answersTo(world: FeltWorld): { answers: PatternAnswer[]; insights: number } {
  const analyses = analyseAll(feltHistory(world), usualPatternPolicy);
  return {
    answers: analyses.map(({ patterns }) => patterns),
    insights: findingsOf(analyses, usualPatternPolicy).length,
  };
}

const journalsOf = (answer: PatternAnswer | undefined) =>
  (answer?.activities ?? []).flatMap(({ kind, comparison }) =>
    kind === 'journal' && 'shift' in comparison ? [comparison] : [],
  );

const kindsOf = ({ weekday, partOfDay, shift, activities }: PatternAnswer): string[] =>
  [
    { kind: 'weekday', found: weekday },
    { kind: 'partOfDay', found: partOfDay },
    { kind: 'shift', found: shift },
    ...activities.map(({ kind, comparison }) => ({ kind, found: comparison })),
  ].flatMap(({ kind, found }) => ('tier' in found && found.tier !== 'not_enough' ? [kind] : []));

/** The 95 % interval of a share (Wilson 1927). */
function wilson(count: number, n: number): [low: number, high: number] {
  const z = 1.96;
  const centre = (count + z ** 2 / 2) / (n + z ** 2);
  const reach = (z / (n + z ** 2)) * Math.sqrt((count * (n - count)) / n + z ** 2 / 4);
  return [Math.max(0, centre - reach), centre + reach];
}

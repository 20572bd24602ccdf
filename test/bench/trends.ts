import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { AnalysesTask } from '../../jobs/trends-recompute/analyses.ts';
import { analysesOfAnySize } from '../../jobs/trends-recompute/large-history.ts';
import type { FeltMood } from '../../shared/emotions/felt-mood.ts';
import { partOfHour } from '../../shared/emotions/part-of-day.ts';
import { testWindow } from '../../shared/emotions/pattern-analysis.ts';
import type { PatternHistory } from '../../shared/emotions/pattern-tests.ts';
import { trendOf } from '../../shared/emotions/trend.ts';
import { analyseTrend } from '../../shared/emotions/trend-analysis.ts';
import { stopwatch } from '../../shared/platform/clock.ts';
import { feltHistory, LAST_DATE } from '../support/felt-history.ts';
import { daily, normals } from '../support/mood-series.ts';
import { usualPatternPolicy } from '../support/pattern-policy.ts';
import type { Bench, Measured } from './bench.ts';
import { cachedAnswers } from './cached-answers.ts';

const window = { from: '1990-01-01', to: '2099-12-31', timeZone: 'UTC' };

/** How long an analysis takes and how it grows: medians of 5; and how long an answer takes that is kept. */
export const trendsBench: Bench = async ({ quick, onStep }) => {
  const measured: Measured = { subjects: {}, ratios: {}, bars: [] };
  for (const [checkins, perDay, bar] of HISTORIES) {
    const moods = history(checkins, perDay);
    const subject = `${checkins} check-ins, ${perDay} a day`;
    onStep(`full analysis of ${subject}`);
    const trendMs = medianTime(() => analyseTrend(moods, window));
    const patternsMs = medianTime(() => testWindow({ moods, journals: [] }, { name: 'all', window }));
    const milliseconds = trendMs + patternsMs;
    measured.subjects[subject] = { trendMs, patternsMs, fullAnalysisMs: milliseconds };
    measured.bars.push({ what: `full analysis of ${subject}, ms`, value: milliseconds, atMost: bar });
  }

  const people = quick ? 20 : 1_000;
  onStep(`every window of ${people} people`);
  const { seconds, delayMs, longestDelayMs, largeMs } = await reanalysis(people);
  measured.subjects[`${people} people of 365 check-ins and ${LARGE_PEOPLE} of 10,000, every window, one process`] = {
    seconds,
    eventLoopDelayP99Ms: delayMs,
    eventLoopDelayMaxMs: longestDelayMs,
    slowestOf10000Ms: largeMs,
  };
  measured.bars.push({
    what: 'seconds for 1,000 people, without the database, two cores',
    value: seconds / 2,
    atMost: 30,
  });
  measured.bars.push({ what: 'event-loop delay meanwhile, p99, ms', value: delayMs, atMost: 100 });

  const [small, large] = quick ? ([2_000, 4_000] as const) : ([20_000, 40_000] as const);
  for (const [kind, of] of Object.entries(VALUES)) {
    onStep(`growth with ${kind}`);
    const timeOf = (n: number) => {
      const points = daily(normals(2, n).map((y) => of(3 * y)));
      return medianTime(() => trendOf(points));
    };
    const growth = `time(${large}) / time(${small}), ${kind}`;
    const ratio = timeOf(large) / timeOf(small);
    measured.ratios[growth] = ratio;
    measured.bars.push({ what: growth, value: ratio, atMost: 2.4 });
  }

  onStep('answers that are kept, through HTTP');
  const { subjects, bars } = await cachedAnswers(quick ? 40 : 2_000);
  Object.assign(measured.subjects, subjects);
  measured.bars.push(...bars);
  return measured;
};

/** Check-ins, how many of them a day, and the milliseconds an analysis may take. */
const HISTORIES = [
  [1_500, 1, 50],
  [1_500, 4, 50],
  [10_000, 1, 500],
  [10_000, 4, 500],
] as const;

const VALUES = { 'distinct values': (y: number) => y, 'whole numbers': Math.round };

const LARGE_PEOPLE = 5;

/**
 * As the job does it, but for reading and keeping; every fourth has a pattern, which takes longer to look at. A few have
 * 10,000 check-ins and are analysed beside the others.
 */
async function reanalysis(people: number) {
  const tasks = Array.from({ length: people }, (_, person) => {
    const effect = ({ weekday }: { weekday: number }) => (person % 4 === 0 && weekday === 7 ? -3 : 0);
    return taskOf(feltHistory({ seed: person + 1, days: 365, phi: 0.3, hours: [[9]], missing: 0, effect }));
  });
  const largeTasks = Array.from({ length: LARGE_PEOPLE }, (_, person) =>
    taskOf(feltHistory({ seed: person + 1, days: 2_500, phi: 0.3, hours: [[9, 13, 17, 21]], missing: 0 })),
  );
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const elapsed = stopwatch();
  const [largeTimes] = await Promise.all([timesOf(largeTasks), timesOf(tasks)]);
  delay.disable();
  return {
    seconds: elapsed() / 1_000,
    delayMs: delay.percentile(99) / 1e6,
    longestDelayMs: delay.max / 1e6,
    largeMs: Math.max(...largeTimes),
  };
}

function taskOf(history: PatternHistory): AnalysesTask {
  const firstDate = history.moods[0]?.localDate ?? null;
  const { epochMilliseconds: nowMs } = LAST_DATE.toZonedDateTime({ timeZone: 'UTC', plainTime: '12:00' });
  const place = { timeZone: 'UTC', cutOffHours: 3, firstDate };
  return { history: { ...history, place }, nowMs, policy: usualPatternPolicy };
}

/** Milliseconds of each, one after the other. */
async function timesOf(tasks: readonly AnalysesTask[]): Promise<number[]> {
  const times: number[] = [];
  for (const task of tasks) {
    const elapsed = stopwatch();
    await analysesOfAnySize(task, new AbortController().signal);
    times.push(elapsed());
  }
  return times;
}

/** Warm, as a worker is that has analysed a few users. */
function medianTime(work: () => unknown): number {
  work();
  const times = Array.from({ length: 5 }, () => {
    const elapsed = stopwatch();
    work();
    return elapsed();
  });
  return times.sort((a, b) => a - b)[2] ?? Number.NaN;
}

/** Evenings are better: what is found takes longest, since every order is tried. */
function history(checkins: number, perDay: number): FeltMood[] {
  const start = Temporal.Instant.from('2000-01-01T08:00Z');
  return normals(1, checkins).map((noise, i) => {
    const at = start.add({ hours: 24 * Math.floor(i / perDay) + 3 * (i % perDay) });
    const { hour } = at.toZonedDateTimeISO('UTC');
    return {
      occurredAtMs: at.epochMilliseconds,
      localDate: at.toString().slice(0, 10),
      value: Math.round(4 * noise) / 2 + (hour >= 17 ? 1 : 0),
      partOfDay: partOfHour(hour),
      category: noise < 0 ? 'unpleasant' : 'pleasant',
      toolId: null,
    };
  });
}

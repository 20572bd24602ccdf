import { z } from 'zod';
import { analysedWindow, count, finite, orInsufficient, TierName } from './answer-schema.ts';
import { weekdays } from './day-number.ts';
import { partsOfDay } from './part-of-day.ts';

/** Names what was computed and how; the version rises with every change that can alter a number. */
export const PATTERN_METHOD = 'kruskal-wallis-week-rotation/wilcoxon-matched/wasserstein-weeks/benjamini-hochberg';
export const PATTERN_VERSION = 3;

const tested = {
  p: finite('Two-sided p of this test alone'),
  q: finite('p corrected for all tests of the run (Benjamini–Hochberg); the tier rests on it'),
  tier: TierName,
};
const permutations = count('Random orders that p was counted over');

const groupsOf = <Group extends z.ZodType>(group: Group) =>
  z.array(
    z.strictObject({
      group,
      n: count('Values of this group'),
      median: finite('Median mood as recorded, -10 … 10'),
      difference: finite('How far its median lies from that of all values, both without the trend, in mood points'),
      above: count('Values above the median of all'),
      below: count('Values below the median of all'),
    }),
  );

const calendar = <Group extends z.ZodType>(group: Group) =>
  z.strictObject({
    n: count('Values compared'),
    groups: groupsOf(group),
    h: finite("Kruskal and Wallis's H without the trend, corrected for ties"),
    epsilonSquared: finite('Share of the variance of the ranks that lies between the groups, 0 … 1'),
    medianDifference: finite('Highest minus lowest median of the groups, without the trend, in mood points'),
    permutations,
    ...tested,
    standsOut: z
      .strictObject({
        group,
        direction: z
          .enum(['above', 'below'])
          .meta({ description: 'Of the mean of its ranks: a few values far off may be on the other side of most' }),
        count: count('Values of the group on that side of the median of all'),
        of: count('Values of the group'),
      })
      .nullable()
      .meta({ description: 'The group that differs most; null where no pattern is told of' }),
  });

const Weekday = z.literal(weekdays).meta({ description: 'ISO: 1 is Monday, 7 is Sunday' });
const WeekdayPattern = calendar(Weekday).meta({ id: 'WeekdayPattern', description: 'Of the medians of days' });
const PartOfDayPattern = calendar(z.enum(partsOfDay)).meta({
  id: 'PartOfDayPattern',
  description: 'Of the medians of parts of days: from 5, 12, 17 and 22 o’clock. Parts with too few are left out.',
});

const ActivityComparison = z
  .strictObject({
    pairs: count('Times with the activity, each compared with a similar interval without it'),
    unmatched: count('Times for which there was no similar interval'),
    nonZero: count('Pairs with a difference'),
    before: finite('Median mood before'),
    after: finite('Median mood after'),
    change: finite('Typical change across the activity, natural recovery included'),
    changeWithout: finite('Typical change across the similar intervals without it'),
    shift: finite('Hodges–Lehmann estimate of the difference of the two changes, in mood points'),
    interval: z.tuple([z.number(), z.number()]).meta({ description: '95 % interval of shift' }),
    v: finite("Wilcoxon's signed-rank statistic"),
    better: count('Pairs in which the mood changed more for the better with the activity'),
    worse: count('Pairs in which it changed more for the better without'),
    ...tested,
  })
  .meta({ id: 'ActivityComparison', description: 'What goes together; never what makes what' });

const Activity = z.strictObject({
  kind: z.enum(['journal', 'tool']),
  toolId: z.string().nullable().meta({ description: 'Of a tool; null for journals' }),
  comparison: orInsufficient(ActivityComparison),
});

const DistributionShift = z
  .strictObject({
    previous: z.strictObject({ from: z.iso.date(), to: z.iso.date() }).meta({ description: 'As many days before' }),
    daysNow: count('Days with a check-in in the window'),
    daysBefore: count('Days with a check-in in the window before'),
    distance: finite('Wasserstein distance of the days’ moods: how far a day moved on average, in mood points'),
    difference: finite('Median day now minus median day before'),
    categories: z.array(
      z.strictObject({
        category: z.string(),
        now: finite('Share of the check-ins in the window, 0 … 1'),
        before: finite('Share of the check-ins in the window before, 0 … 1'),
      }),
    ),
    permutations,
    ...tested,
  })
  .meta({ id: 'DistributionShift' });

/** The answer of `/v1/emotions/patterns`, and what the cache holds. */
export const PatternAnswer = z
  .strictObject({
    ...analysedWindow,
    seed: z.int().meta({ description: 'Of every random order; the same data and seed give the same answer' }),
    run: z
      .strictObject({
        p: z.array(z.number()).meta({ description: 'Of all tests of all windows, ascending: what every q rests on' }),
        falseDiscoveryRate: finite('The largest q that is told of'),
        epsilonSquared: finite('The smallest share of the variance that is told of, unless there are as many …'),
        points: finite('… mood points'),
      })
      .meta({ description: 'The run this answer is of: one family of tests' }),
    weekday: orInsufficient(WeekdayPattern),
    partOfDay: orInsufficient(PartOfDayPattern),
    activities: z
      .array(Activity)
      .meta({ description: 'Journals, then the tools used most: at most 50, each with times enough to compare' }),
    shift: orInsufficient(DistributionShift).meta({ description: 'Compared with the window before' }),
  })
  .meta({ id: 'PatternAnswer' });

export type PatternAnswer = z.infer<typeof PatternAnswer>;

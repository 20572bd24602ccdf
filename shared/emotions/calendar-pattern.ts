import type { Random } from '../platform/random.ts';
import type { CalendarValue } from './calendar-values.ts';
import { betweenGroups, kruskalWallis, rankedGroups } from './kruskal-wallis.ts';
import { mean, median } from './level.ts';
import { permutationP } from './permutation-test.ts';
import { rounded } from './rounding.ts';
import { turn, weeksOf } from './week-rotation.ts';

export type GroupSummary<Group> = {
  group: Group;
  n: number;
  /** Median mood as recorded. */
  median: number;
  /** How far the group's median lies from that of all values, both without the trend. */
  difference: number;
  /** How many of the `n` values lie above and below the median of all. */
  above: number;
  below: number;
};

export type CalendarPattern<Group> = {
  n: number;
  groups: GroupSummary<Group>[];
  h: number;
  epsilonSquared: number;
  /** The highest minus the lowest of the groups' medians, without the trend. */
  medianDifference: number;
  p: number;
  permutations: number;
  /** The group whose ranks lie furthest from the middle for how many they are, and on which side of it their mean lies. */
  furthest: { group: Group; direction: 'above' | 'below' };
};

/**
 * Whether some groups of the calendar (weekdays, parts of the day) differ in level: Kruskal and Wallis's H of the values
 * without their trend, and how rarely chance makes one as large when every week keeps its values. `values` in order of
 * date; `groups` in the order they are told in, each with at least one value.
 */
export function calendarPattern<Group>(
  values: readonly CalendarValue<Group>[],
  groups: readonly Group[],
  random: Random,
): CalendarPattern<Group> {
  const compared = values.filter(({ group }) => groups.includes(group));
  const ranked = rankedGroups(
    compared.map(({ detrended }) => detrended),
    compared.map(({ group }) => groups.indexOf(group)),
  );
  const weeks = weeksOf(compared.map(({ date }) => date));
  const order = new Int32Array(compared.length);
  const { p, permutations } = permutationP(betweenGroups(ranked), () => {
    turn(order, weeks, random);
    return betweenGroups(ranked, order);
  });
  const summaries = summariesOf(compared, groups);
  const differences = summaries.map(({ difference }) => difference);
  return {
    n: compared.length,
    groups: summaries,
    ...kruskalWallis(ranked),
    medianDifference: rounded(Math.max(...differences) - Math.min(...differences)),
    p,
    permutations,
    furthest: furthestOf(groups, ranked.ranks, ranked.groups),
  };
}

function summariesOf<Group>(values: readonly CalendarValue<Group>[], groups: readonly Group[]): GroupSummary<Group>[] {
  const usual = median(values.map(({ detrended }) => detrended));
  return groups.map((group) => {
    const own = values.filter((value) => value.group === group);
    return {
      group,
      n: own.length,
      median: median(own.map(({ value }) => value)),
      difference: rounded(median(own.map(({ detrended }) => detrended)) - usual),
      above: own.filter(({ detrended }) => detrended > usual).length,
      below: own.filter(({ detrended }) => detrended < usual).length,
    };
  });
}

function furthestOf<Group>(
  groups: readonly Group[],
  ranks: Float64Array,
  places: Int32Array,
): CalendarPattern<Group>['furthest'] {
  const distances = groups.map((group, place) => {
    const own = [...ranks].filter((_, i) => places[i] === place);
    return { group, distance: (mean(own) - (ranks.length + 1) / 2) * Math.sqrt(own.length) };
  });
  const { group, distance } = distances.reduce((furthest, next) =>
    Math.abs(next.distance) > Math.abs(furthest.distance) ? next : furthest,
  );
  return { group, direction: distance < 0 ? 'below' : 'above' };
}

import { type Weekday, weekdays } from './day-number.ts';
import type { DistributionAnswer } from './distribution-answer.ts';
import type { EmotionType } from './emotion-type-store.ts';
import { type PartOfDay, partsOfDay } from './part-of-day.ts';
import type { TrendWindow } from './trend-window.ts';

/** `n` check-ins of the window that are alike in all that is counted. */
export type CheckinCount = {
  emotionTypeId: number;
  intensity: number;
  weekday: Weekday;
  partOfDay: PartOfDay;
  n: number;
};

/**
 * How the check-ins of a window spread over feelings and times. Every weekday and part of the day is told of, feelings and
 * categories that occur, the most frequent first. Shares are of all check-ins, 0 where there is none.
 */
export function distributionOf(
  counts: readonly CheckinCount[],
  types: readonly EmotionType[],
  window: TrendWindow,
): DistributionAnswer {
  const n = total(counts);
  const sharing = <Name extends object>(name: Name, of: readonly CheckinCount[] = []) => {
    const own = total(of);
    return { ...name, n: own, share: n === 0 ? 0 : own / n };
  };
  const byType = Map.groupBy(counts, ({ emotionTypeId }) => emotionTypeId);
  const known = types.flatMap((type) => {
    const own = byType.get(type.id);
    return own ? { type, own } : [];
  });
  const byCategory = Map.groupBy(known, ({ type }) => type.category);
  const byWeekday = Map.groupBy(counts, ({ weekday }) => weekday);
  const byPart = Map.groupBy(counts, ({ partOfDay }) => partOfDay);
  return {
    window,
    n,
    types: known
      .map(({ type: { id, name, category }, own }) => ({
        ...sharing({ emotionTypeId: id, name, category }, own),
        medianIntensity: medianIntensity(own),
      }))
      .sort((a, b) => b.n - a.n || a.emotionTypeId - b.emotionTypeId),
    categories: [...byCategory]
      .map(([category, members]) =>
        sharing(
          { category },
          members.flatMap(({ own }) => own),
        ),
      )
      .sort((a, b) => b.n - a.n || (a.category < b.category ? -1 : 1)),
    weekdays: weekdays.map((weekday) => sharing({ weekday }, byWeekday.get(weekday))),
    partsOfDay: partsOfDay.map((partOfDay) => sharing({ partOfDay }, byPart.get(partOfDay))),
  };
}

const total = (counts: readonly CheckinCount[]): number => counts.reduce((sum, { n }) => sum + n, 0);

/** The middle intensity, or the mean of the two middle ones. */
function medianIntensity(counts: readonly CheckinCount[]): number {
  const sorted = counts.toSorted((a, b) => a.intensity - b.intensity);
  const n = total(sorted);
  return (intensityAt(sorted, (n - 1) >> 1) + intensityAt(sorted, n >> 1)) / 2;
}

/** The intensity of the check-in that stands in that place, the first being 0. */
function intensityAt(sorted: readonly CheckinCount[], place: number): number {
  let before = 0;
  for (const { intensity, n } of sorted) {
    before += n;
    if (place < before) return intensity;
  }
  return Number.NaN;
}

import { weekdayOf, weekdays } from './day-number.ts';
import type { DistributionAnswer } from './distribution-answer.ts';
import type { EmotionType } from './emotion-type-store.ts';
import { median } from './level.ts';
import { type PartOfDay, partsOfDay } from './part-of-day.ts';
import type { TrendWindow } from './trend-window.ts';

/** A check-in of the window, as it is counted. */
export type CountedCheckin = { emotionTypeId: number; intensity: number; localDate: string; partOfDay: PartOfDay };

/**
 * How the check-ins of a window spread over feelings and times. Every weekday and part of the day is told of, feelings and
 * categories that occur, the most frequent first. Shares are of all check-ins, 0 where there is none.
 */
export function distributionOf(
  checkins: readonly CountedCheckin[],
  types: readonly EmotionType[],
  window: TrendWindow,
): DistributionAnswer {
  const n = checkins.length;
  const sharing = <Name extends object>(name: Name, of: readonly CountedCheckin[]) => ({
    ...name,
    n: of.length,
    share: n === 0 ? 0 : of.length / n,
  });
  const byType = Map.groupBy(checkins, ({ emotionTypeId }) => emotionTypeId);
  const known = types.filter(({ id }) => byType.has(id));
  const categories = [...new Set(known.map(({ category }) => category))];
  return {
    window,
    n,
    types: known
      .map(({ id, name, category }) => {
        const own = byType.get(id) ?? [];
        const medianIntensity = median(own.map(({ intensity }) => intensity));
        return { ...sharing({ emotionTypeId: id, name, category }, own), medianIntensity };
      })
      .sort((a, b) => b.n - a.n || a.emotionTypeId - b.emotionTypeId),
    categories: categories
      .map((category) => {
        const own = known.filter((type) => type.category === category).flatMap(({ id }) => byType.get(id) ?? []);
        return sharing({ category }, own);
      })
      .sort((a, b) => b.n - a.n || (a.category < b.category ? -1 : 1)),
    weekdays: weekdays.map((weekday) =>
      sharing(
        { weekday },
        checkins.filter((checkin) => weekdayOf(checkin.localDate) === weekday),
      ),
    ),
    partsOfDay: partsOfDay.map((partOfDay) =>
      sharing(
        { partOfDay },
        checkins.filter((checkin) => checkin.partOfDay === partOfDay),
      ),
    ),
  };
}

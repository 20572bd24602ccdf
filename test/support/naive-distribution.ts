import { type Weekday, weekdays } from '../../shared/emotions/day-number.ts';
import type { EmotionType } from '../../shared/emotions/emotion-type-store.ts';
import { median } from '../../shared/emotions/level.ts';
import { type PartOfDay, partsOfDay } from '../../shared/emotions/part-of-day.ts';
import type { TrendWindow } from '../../shared/emotions/trend-window.ts';

/** A check-in as it is counted. */
export type CountedCheckin = { emotionTypeId: number; intensity: number; weekday: Weekday; partOfDay: PartOfDay };

/** The distribution of check-ins, looked through anew for each figure of it. */
export function naiveDistribution(
  checkins: readonly CountedCheckin[],
  types: readonly EmotionType[],
  window: TrendWindow,
) {
  const n = checkins.length;
  const counted = (isMeant: (checkin: CountedCheckin) => boolean) => {
    const own = checkins.filter(isMeant);
    return { n: own.length, share: n === 0 ? 0 : own.length / n };
  };
  const occurring = types.filter(({ id }) => checkins.some(({ emotionTypeId }) => emotionTypeId === id));
  const idsOf = (category: string) => occurring.filter((type) => type.category === category).map(({ id }) => id);
  return {
    window,
    n,
    types: occurring
      .map(({ id, name, category }) => ({
        ...{ emotionTypeId: id, name, category },
        ...counted(({ emotionTypeId }) => emotionTypeId === id),
        medianIntensity: median(
          checkins.filter(({ emotionTypeId }) => emotionTypeId === id).map(({ intensity }) => intensity),
        ),
      }))
      .sort((a, b) => b.n - a.n || a.emotionTypeId - b.emotionTypeId),
    categories: [...new Set(occurring.map(({ category }) => category))]
      .map((category) => ({ category, ...counted(({ emotionTypeId }) => idsOf(category).includes(emotionTypeId)) }))
      .sort((a, b) => b.n - a.n || (a.category < b.category ? -1 : 1)),
    weekdays: weekdays.map((weekday) => ({ weekday, ...counted((checkin) => checkin.weekday === weekday) })),
    partsOfDay: partsOfDay.map((partOfDay) => ({
      partOfDay,
      ...counted((checkin) => checkin.partOfDay === partOfDay),
    })),
  };
}

/**
 * Days since 1970-01-01 of a date written `YYYY-MM-DD`. An analysis asks thousands of times, for which Temporal is too slow.
 * Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
 */
export function dayNumber(date: string): number {
  const [year, month, day] = [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10))];
  // Years begin in March, so that a leap day is the last of its year.
  const marchYear = month > 2 ? year : year - 1;
  const century = Math.floor(marchYear / 400);
  const yearOfCentury = marchYear - 400 * century;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfCentury =
    365 * yearOfCentury + Math.floor(yearOfCentury / 4) - Math.floor(yearOfCentury / 100) + dayOfYear;
  return 146_097 * century + dayOfCentury - 719_468;
}

/** The first of January 1970 was a Thursday: three days after a Monday. */
const AFTER_MONDAY = 3;

/** Monday is 1, Sunday 7. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;
export const weekdays: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

export const weekdayOf = (date: string): Weekday => (((((dayNumber(date) + AFTER_MONDAY) % 7) + 7) % 7) + 1) as Weekday;

/** The same for all dates from one Monday to the next, and for no others. */
export const weekNumber = (date: string): number => Math.floor((dayNumber(date) + AFTER_MONDAY) / 7);

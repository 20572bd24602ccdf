import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { calendarPattern } from '../../../shared/emotions/calendar-pattern.ts';
import {
  type CalendarValue,
  dailyMoods,
  valuesByPartOfDay,
  valuesByWeekday,
} from '../../../shared/emotions/calendar-values.ts';
import { dayNumber, type Weekday, weekdayOf, weekdays, weekNumber } from '../../../shared/emotions/day-number.ts';
import type { FeltMood } from '../../../shared/emotions/felt-mood.ts';
import { partOfDayReader, partOfHour } from '../../../shared/emotions/part-of-day.ts';
import { turn, weeksOf } from '../../../shared/emotions/week-rotation.ts';
import { seededRandom } from '../../../shared/platform/random.ts';
import { feltHistory } from '../../support/felt-history.ts';
import { shuffled } from './series.ts';

const monday = Temporal.PlainDate.from('2026-01-05');
const dateOf = (day: number) => monday.add({ days: day }).toString();
const mood = (day: number, hour: number, value: number): FeltMood => ({
  occurredAtMs: monday.add({ days: day }).toZonedDateTime('UTC').epochMilliseconds + hour * 3_600_000,
  localDate: dateOf(day),
  value,
  partOfDay: partOfHour(hour),
  category: 'pleasant',
  toolId: null,
});
const byWeekday = (moods: readonly FeltMood[], seed = 1) =>
  calendarPattern(valuesByWeekday(dailyMoods(moods)), weekdays, seededRandom(seed));
const daily = (values: readonly number[]) => values.map((value, day) => mood(day, 9, value));
const sundaysLow = (weeks: number) =>
  daily(Array.from({ length: 7 * weeks }, (_, day) => (day % 7 === 6 ? -4 : day % 3)));

describe('the part of the day', () => {
  it.each([
    [4, 'night'],
    [5, 'morning'],
    [11, 'morning'],
    [12, 'afternoon'],
    [16, 'afternoon'],
    [17, 'evening'],
    [21, 'evening'],
    [22, 'night'],
    [0, 'night'],
  ])('of %p o’clock is %p', (hour, part) => {
    expect(partOfHour(hour)).toBe(part);
  });

  it('is that of the wall clock, on every hour of two years, in any order of places and times', () => {
    const zones = [
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Africa/Cairo',
      'America/Santiago',
      'UTC',
    ];
    const start = Temporal.Instant.from('2025-01-01T00:15Z').epochMilliseconds;
    const read = partOfDayReader();
    const asked = zones.flatMap((zone) =>
      Array.from({ length: 17_520 }, (_, hour) => ({ zone, ms: start + 3_600_000 * hour })),
    );
    const wrong = shuffled(asked, 3)
      .slice(0, 5_000)
      .concat(asked)
      .filter(({ zone, ms }, i) => {
        if (i % 7 !== 0) return read(ms, zone) === undefined;
        const { hour } = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
        return read(ms, zone) !== partOfHour(hour);
      });
    expect(wrong).toEqual([]);
  });

  it('was told before 1970 as well', () => {
    const ms = Temporal.Instant.from('1969-07-20T20:17:40.5Z').epochMilliseconds;
    expect(partOfDayReader()(ms, 'UTC')).toBe('evening');
  });
});

describe('the number of a day', () => {
  it('counts as the calendar does, in every year that has four digits', () => {
    const epoch = Temporal.PlainDate.from('1970-01-01');
    const days = fc.integer({ min: -700_000, max: 2_900_000 });
    fc.assert(
      fc.property(days, (day) => {
        const date = epoch.add({ days: day });
        const text = date.toString();
        expect(dayNumber(text)).toBe(day);
        expect(weekdayOf(text)).toBe(date.dayOfWeek);
        expect(weekNumber(text)).toBe(weekNumber(date.subtract({ days: date.dayOfWeek - 1 }).toString()));
        expect(weekNumber(date.add({ days: 7 }).toString())).toBe(weekNumber(text) + 1);
      }),
      { numRuns: 2_000 },
    );
    for (const date of ['2000-02-29', '1900-03-01', '2024-12-31', '1969-12-31'])
      expect(dayNumber(date)).toBe(epoch.until(date, { largestUnit: 'days' }).days);
  });
});

describe('values by weekday', () => {
  it('are medians of days, with Monday as 1', () => {
    const values = valuesByWeekday(dailyMoods([mood(0, 9, 1), mood(0, 12, 2), mood(0, 20, 9), mood(6, 9, 4)]));
    expect(values.map(({ date, group, value }) => [date, group, value])).toEqual([
      ['2026-01-05', 1, 2],
      ['2026-01-11', 7, 4],
    ]);
  });

  it('lose the trend of the window', () => {
    const values = valuesByWeekday(dailyMoods(daily(Array.from({ length: 40 }, (_, day) => 0.1 * day))));
    expect(new Set(values.map(({ detrended }) => detrended)).size).toBe(1);
  });

  it('are there of one check-in, and of none', () => {
    expect(valuesByWeekday(dailyMoods([mood(2, 9, 5)]))).toEqual([
      { date: dateOf(2), group: 3, value: 5, detrended: 5 },
    ]);
    expect(valuesByWeekday(dailyMoods([]))).toEqual([]);
  });
});

describe('values by part of the day', () => {
  it('are medians of parts, in order of time', () => {
    const values = valuesByPartOfDay(
      dailyMoods([mood(1, 6, 3), mood(0, 23, 9), mood(0, 8, 1), mood(0, 9, 5), mood(0, 10, 6)]),
    );
    expect(values.map(({ date, group, value }) => [date, group, value])).toEqual([
      ['2026-01-05', 'morning', 5],
      ['2026-01-05', 'night', 9],
      ['2026-01-06', 'morning', 3],
    ]);
  });
});

describe('another order of the same weeks', () => {
  const dates = Array.from({ length: 100 }, (_, i) => dateOf(Math.floor(i / 3)));
  const turned = (ofDates: readonly string[], seed: number) => {
    const order = new Int32Array(ofDates.length);
    turn(order, weeksOf(ofDates), seededRandom(seed));
    return [...order];
  };

  it('leaves every value in its week', () => {
    const weekOf = (i: number) => Math.floor(i / 21);
    for (let seed = 0; seed < 50; seed++) {
      const other = turned(dates, seed);
      expect(other.map(weekOf)).toEqual(dates.map((_, i) => weekOf(i)));
      expect(other.toSorted((a, b) => a - b)).toEqual(dates.map((_, i) => i));
    }
  });

  it('leaves neighbours together, except where a week or a day is cut', () => {
    const single = Array.from({ length: 70 }, (_, i) => dateOf(i));
    const other = turned(single, 4);
    const parted = other.filter((value, i) => i % 7 !== 0 && value !== (other[i - 1] ?? 0) + 1);
    expect(parted.length).toBeLessThanOrEqual(10);
  });

  it('is another one for another seed and the same one for the same', () => {
    expect(turned(dates, 1)).toEqual(turned(dates, 1));
    expect(turned(dates, 1)).not.toEqual(turned(dates, 2));
  });
});

describe('a weekday pattern', () => {
  it('is found, with the weekday it lies in', () => {
    const { groups, p, furthest, medianDifference } = byWeekday(sundaysLow(8));
    expect(furthest).toEqual({ group: 7, direction: 'below' });
    expect(p).toBeLessThan(0.01);
    expect(groups.at(-1)).toMatchObject({ group: 7, n: 8, median: -4, above: 0, below: 8 });
    expect(medianDifference).toBeGreaterThan(4);
  });

  it('lies where the mean of the ranks does, even if most values of the weekday lie on the other side', () => {
    const some = { 1: [-10, -10, 1, 1, 1], 2: [0, 0, 0, 0, 0, 0, 5, 5, 5, 5, 5] };
    const values = ([1, 2] as const)
      .flatMap((group) =>
        some[group].map((value, i) => ({ date: dateOf(7 * i + group - 1), group, value, detrended: value })),
      )
      .sort((a, b) => (a.date < b.date ? -1 : 1));
    const { furthest, groups } = calendarPattern(values, [1, 2], seededRandom(1));
    expect(furthest).toEqual({ group: 1, direction: 'below' });
    expect(groups[0]).toMatchObject({ above: 3, below: 2 });
  });

  it('is not found where nothing varies', () => {
    expect(byWeekday(daily(Array(42).fill(3)))).toMatchObject({ h: 0, epsilonSquared: 0, medianDifference: 0, p: 1 });
  });

  it('is not what a steady rise is', () => {
    expect(byWeekday(daily(Array.from({ length: 35 }, (_, day) => 0.2 * day))).p).toBe(1);
  });

  it('is the same for moods shifted, mirrored and in any order', () => {
    const values = fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 35, maxLength: 50 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 5 }), fc.integer(), (some, shift, seed) => {
        const found = byWeekday(daily(some));
        expect(byWeekday(shuffled(daily(some), seed))).toEqual(found);
        const shifted = byWeekday(daily(some.map((value) => value + shift)));
        expect([shifted.h, shifted.p]).toEqual([expect.closeTo(found.h, 9), found.p]);
        const mirrored = byWeekday(daily(some.map((value) => -value)));
        expect([mirrored.h, mirrored.p]).toEqual([expect.closeTo(found.h, 9), found.p]);
      }),
      { numRuns: 25 },
    );
  });

  it('has the same p with the same seed, and hardly another with another', () => {
    const { moods } = feltHistory({ seed: 11, days: 80, phi: 0.3, hours: [[9]], missing: 0 });
    expect(byWeekday(moods, 5)).toEqual(byWeekday(moods, 5));
    expect(Math.abs(byWeekday(moods, 5).p - byWeekday(moods, 6).p)).toBeLessThan(0.12);
  });

  it('is chance 5 times in 100 for moods that carry over', () => {
    const found = Array.from({ length: 200 }, (_, seed) =>
      byWeekday(feltHistory({ seed: seed + 1, days: 56, phi: 0.5, hours: [[9]], missing: 0 }).moods),
    ).filter(({ p }) => p <= 0.05);
    expect(found.length).toBeLessThanOrEqual(18);
  });

  it('knows the groups that are compared and no others', () => {
    const values: CalendarValue<Weekday>[] = valuesByWeekday(dailyMoods(sundaysLow(8)));
    expect(calendarPattern(values, [1, 2], seededRandom(1))).toMatchObject({
      n: 16,
      groups: [{ group: 1 }, { group: 2 }],
    });
  });
});

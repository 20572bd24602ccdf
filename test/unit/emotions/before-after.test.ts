import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { beforeAfter as beforeAfterByMood } from '../../../shared/emotions/before-after.ts';
import { inOrderOfMood, matchedPairs } from '../../../shared/emotions/matched-intervals.ts';
import { type MoodPoint, moodValue } from '../../../shared/emotions/mood.ts';
import { intervalsAround, intervalsWithout, type MoodInterval } from '../../../shared/emotions/mood-intervals.ts';
import { shuffled } from './series.ts';

const beforeAfter = (withActivity: readonly MoodInterval[], without: readonly MoodInterval[]) =>
  beforeAfterByMood(withActivity, inOrderOfMood(without));

const HOUR = 3_600_000;
const at = (hour: number, value: number, day = 2): MoodPoint => ({
  occurredAtMs: (24 * day + hour) * HOUR,
  localDate: `2026-03-${String(day).padStart(2, '0')}`,
  value,
});
const doing = (hour: number, hours = 0, day = 2) => ({
  startMs: (24 * day + hour) * HOUR,
  endMs: (24 * day + hour + hours) * HOUR,
});
const interval = (fromHour: number, hours: number, before: number, after: number): MoodInterval => ({
  fromMs: fromHour * HOUR,
  toMs: (fromHour + hours) * HOUR,
  before,
  after,
});

describe('the interval around an activity', () => {
  const moods = [at(8, 1), at(9, -3), at(11, 2), at(14, 5)];

  it('goes from the last check-in before it to the first after it', () => {
    expect(intervalsAround([doing(9.5, 0.5)], moods)).toEqual([
      { fromMs: at(9, 0).occurredAtMs, toMs: at(11, 0).occurredAtMs, before: -3, after: 2 },
    ]);
  });

  it('passes over check-ins made meanwhile', () => {
    expect(intervalsAround([doing(8.5, 1)], moods)).toMatchObject([{ before: 1, after: 2 }]);
  });

  it('takes check-ins at the very start and end', () => {
    expect(intervalsAround([doing(9, 2)], moods)).toMatchObject([{ before: -3, after: 2 }]);
  });

  it('counts once for two activities in it', () => {
    expect(intervalsAround([doing(9.2), doing(10)], moods)).toHaveLength(1);
  });

  it('spans no night and no more than six hours, and needs both ends', () => {
    expect(intervalsAround([doing(23)], [at(22, 1), at(25, 2, 2), at(2, 2, 3)])).toHaveLength(1);
    expect(intervalsAround([doing(23)], [at(22, 1), at(2, 2, 3)])).toEqual([]);
    expect(intervalsAround([doing(12)], [at(8, 1), at(14.5, 2)])).toEqual([]);
    expect(intervalsAround([doing(7), doing(15)], moods)).toEqual([]);
    expect(intervalsAround([doing(7)], [])).toEqual([]);
  });
});

describe('the intervals without an activity', () => {
  const moods = [at(8, 1), at(9, -3), at(11, 2), at(14, 5), at(8, 0, 3), at(10, 1, 3)];

  it('are those between neighbours of one day', () => {
    expect(intervalsWithout([], moods)).toMatchObject([
      { before: 1, after: -3 },
      { before: -3, after: 2 },
      { before: 2, after: 5 },
      { before: 0, after: 1 },
    ]);
  });

  it('leave out every interval that an activity touches', () => {
    expect(intervalsWithout([doing(8.9, 0.2)], moods)).toMatchObject([{ before: 2 }, { before: 0 }]);
    expect(intervalsWithout([doing(8, 2, 3), doing(10)], moods)).toMatchObject([{ before: 1 }, { before: 2 }]);
  });
});

describe('matching', () => {
  const low = interval(0, 2, -5, -1);

  it('takes the interval that began in the most similar mood, then of the most similar length, then the earlier one', () => {
    const candidates = [
      interval(50, 2, -4.5, 0),
      interval(60, 3, -5, 0),
      interval(80, 2, -5, 1),
      interval(70, 2, -5, 2),
    ];
    expect(matchedPairs([low], inOrderOfMood(candidates))).toEqual([{ withActivity: low, without: candidates[3] }]);
    expect(matchedPairs([low], inOrderOfMood(candidates.slice(0, 2)))[0]?.without).toBe(candidates[1]);
  });

  it('takes none that began more than half a point away or was not about as long', () => {
    const unlike = [interval(50, 2, -4.4, 0), interval(60, 0.9, -5, 0), interval(80, 4.1, -5, 1)];
    expect(matchedPairs([low], inOrderOfMood(unlike))).toEqual([]);
  });

  it('takes each once', () => {
    const only = interval(50, 2, -5, 0);
    expect(matchedPairs([low, interval(10, 2, -5, 3)], [only])).toEqual([{ withActivity: low, without: only }]);
  });

  it('takes one that began exactly half a point away', () => {
    const [acted, idle] = [interval(0, 2, 0.8, 2), interval(50, 2, 0.3, 1)];
    expect(matchedPairs([acted], [idle])).toHaveLength(1);
    expect(matchedPairs([idle], [acted])).toHaveLength(1);
  });

  it('takes of two moods as far away the one of the most similar length', () => {
    const candidates = [interval(50, 3, 0.1, 0), interval(60, 2, 0.5, 0)];
    expect(matchedPairs([interval(0, 2, 0.3, 2)], inOrderOfMood(candidates))[0]?.without).toBe(candidates[1]);
    const mirrored = [interval(50, 2, 0.1, 0), interval(60, 3, 0.5, 0)];
    expect(matchedPairs([interval(0, 2, 0.3, 2)], inOrderOfMood(mirrored))[0]?.without).toBe(mirrored[0]);
  });

  it('does not depend on the order of the candidates', () => {
    const candidates = Array.from({ length: 30 }, (_, i) => interval(10 * i, 1 + (i % 3), -5 + (i % 4) / 4, i));
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(matchedPairs([low, interval(5, 1, -4.5, 0)], inOrderOfMood(shuffled(candidates, seed)))).toEqual(
          matchedPairs([low, interval(5, 1, -4.5, 0)], inOrderOfMood(candidates)),
        );
      }),
    );
  });
});

describe('before and after', () => {
  const acted = (n: number, change: number) =>
    Array.from({ length: n }, (_, i) => interval(10 * i, 2, -6, -6 + change + (i % 3)));
  const idle = (n: number, change: number) =>
    Array.from({ length: n }, (_, i) => interval(10 * i + 5, 2, -6, -6 + change + (i % 3)));

  it('finds what goes beyond what happens anyway', () => {
    expect(beforeAfter(acted(9, 4), idle(9, 1))).toMatchObject({
      pairs: 9,
      unmatched: 0,
      nonZero: 9,
      before: -6,
      after: -1,
      change: 5,
      changeWithout: 2,
      shift: 3,
      interval: [3, 3],
      v: 45,
      better: 9,
      worse: 0,
    });
  });

  it('finds nothing where moods recover as much without', () => {
    expect(beforeAfter(acted(12, 3), idle(12, 3))).toMatchObject({ change: 4, shift: 0, nonZero: 0, p: 1 });
  });

  const same = { pairs: 14, nonZero: 0, p: 1, shift: 0, interval: [0, 0], better: 0, worse: 0 };
  const pairsOf = (acted: readonly [number, number], idle: readonly [number, number]) =>
    beforeAfter(
      Array.from({ length: 14 }, (_, i) => interval(10 * i, 2, ...acted)),
      Array.from({ length: 14 }, (_, i) => interval(10 * i + 5, 2, ...idle)),
    );

  it('holds equal changes for equal, whatever feelings they are of', () => {
    const [calm, hope, better] = [moodValue(0.7, 6), moodValue(0.6, 7), moodValue(0.6, 10)];
    expect(pairsOf([hope, better], [calm, better])).toMatchObject({ ...same, change: 1.8, changeWithout: 1.8 });
  });

  it('holds equal changes for equal, wherever on the scale they are', () => {
    expect(pairsOf([0.1, 0.3], [0.4, 0.6])).toMatchObject({ ...same, change: 0.2, changeWithout: 0.2 });
  });

  it('has no pairs of nothing', () => {
    expect(beforeAfter([], idle(3, 1))).toMatchObject({ pairs: 0, unmatched: 0, nonZero: 0, p: 1 });
    expect(beforeAfter(acted(3, 1), [])).toMatchObject({ pairs: 0, unmatched: 3, nonZero: 0, p: 1 });
  });

  it('is the same for moods shifted, and turns with their sign', () => {
    const moods = fc.array(fc.tuple(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -8, max: 8 })), {
      minLength: 6,
      maxLength: 30,
    });
    const of = (values: readonly (readonly [number, number])[], hour: number, turn: (mood: number) => number) =>
      values.map(([before, after], i) => interval(10 * i + hour, 2, turn(before), turn(after)));
    fc.assert(
      fc.property(moods, moods, (some, others) => {
        const found = beforeAfter(
          of(some, 0, (mood) => mood),
          of(others, 5, (mood) => mood),
        );
        const shifted = beforeAfter(
          of(some, 0, (mood) => mood + 1),
          of(others, 5, (mood) => mood + 1),
        );
        const mirrored = beforeAfter(
          of(some, 0, (mood) => -mood),
          of(others, 5, (mood) => -mood),
        );
        expect([shifted.shift, shifted.p, shifted.better]).toEqual([found.shift, found.p, found.better]);
        expect([mirrored.pairs, mirrored.better, mirrored.worse]).toEqual([found.pairs, found.worse, found.better]);
        expect(mirrored.p).toBeCloseTo(found.p, 9);
      }),
    );
  });
});

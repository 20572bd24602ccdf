import { describe, expect, it } from '@jest/globals';
import kruskalTest from '@stdlib/stats-kruskal-test';
import wilcoxon from '@stdlib/stats-wilcoxon';
import fc from 'fast-check';
import { qValues } from '../../../shared/emotions/false-discovery-rate.ts';
import { kruskalWallis, rankedGroups } from '../../../shared/emotions/kruskal-wallis.ts';
import { permutationP } from '../../../shared/emotions/permutation-test.ts';
import { hodgesLehmann, signedRank } from '../../../shared/emotions/signed-rank.ts';
import { seededRandom } from '../../../shared/platform/random.ts';
import { normals } from '../../support/mood-series.ts';
import { shuffled } from './series.ts';

const ofGroups = (groups: readonly (readonly number[])[]) =>
  kruskalWallis(
    rankedGroups(
      groups.flat(),
      groups.flatMap((values, group) => values.map(() => group)),
    ),
  );
const halves = fc.integer({ min: -20, max: 20 }).map((value) => value / 2);
const groupsOfHalves = fc.array(fc.array(halves, { minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 7 });
const differences = fc.array(halves, { maxLength: 60 });
const minus = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value - (b[i] ?? 0));

describe("Kruskal and Wallis's H", () => {
  it('equals scipy, with and without ties', () => {
    const apart = [
      [2.1, 3.4, 1.2, 5.6],
      [4.4, 6.1, 5.9, 7.3, 6.6],
      [3.3, 2.2, 8.1],
    ];
    const tied = [
      [1, 2, 2, 3],
      [2, 3, 3, 4],
      [5, 5, 4, 3],
    ];
    expect(ofGroups(apart).h).toBeCloseTo(4.367948717948721, 12);
    expect(ofGroups(tied).h).toBeCloseTo(6.630555555555558, 12);
  });

  it('equals an independent implementation for any groups that vary', () => {
    fc.assert(
      fc.property(groupsOfHalves, (groups) => {
        fc.pre(new Set(groups.flat()).size > 1);
        const names = groups.flatMap((values, group) => values.map(() => `group ${group}`));
        expect(ofGroups(groups).h).toBeCloseTo(kruskalTest(groups.flat(), { groups: names }).statistic, 9);
      }),
    );
  });

  it('gives ε² as H over n − 1, between 0 and 1', () => {
    fc.assert(
      fc.property(groupsOfHalves, (groups) => {
        const { h, epsilonSquared } = ofGroups(groups);
        const n = groups.flat().length;
        expect(epsilonSquared * (n - 1)).toBeCloseTo(h, 9);
        expect(epsilonSquared).toBeGreaterThanOrEqual(0);
        expect(epsilonSquared).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
    expect(ofGroups([[1, 1, 1], [2, 2], [3]]).epsilonSquared).toBeCloseTo(1, 12);
  });

  it('is the same for moods shifted and mirrored, and groups in any order', () => {
    fc.assert(
      fc.property(groupsOfHalves, fc.integer({ min: -5, max: 5 }), fc.integer(), (groups, shift, seed) => {
        const { h } = ofGroups(groups);
        expect(ofGroups(groups.map((group) => group.map((value) => value + shift))).h).toBeCloseTo(h, 9);
        expect(ofGroups(groups.map((group) => group.map((value) => -value))).h).toBeCloseTo(h, 9);
        expect(ofGroups(shuffled(groups, seed)).h).toBeCloseTo(h, 9);
      }),
    );
  });

  it('is 0 where nothing varies, nothing is, or one group is all there is', () => {
    for (const groups of [
      [
        [4, 4, 4],
        [4, 4],
      ],
      [],
      [[1]],
      [[1], [1]],
      [[1, 2, 3]],
    ])
      expect(ofGroups(groups)).toEqual({ h: 0, epsilonSquared: 0 });
  });
});

describe('the p of random orders', () => {
  it('is the share of orders that are as extreme, what was found included', () => {
    let drawn = 0;
    expect(permutationP(5, () => (++drawn <= 9 ? 5 : 1))).toEqual({ p: 10 / 1_000, permutations: 999 });
  });

  it('is known early where chance does as well', () => {
    expect(permutationP(0, () => 0)).toEqual({ p: 1, permutations: 50 });
    let drawn = 0;
    expect(permutationP(1, () => ++drawn % 2)).toEqual({ p: 50 / 99, permutations: 99 });
  });

  it('takes statistics that differ by rounding for equal', () => {
    expect(permutationP(0.1 + 0.2, () => 0.3).p).toBe(1);
  });

  it('is uniform where nothing is to be found', () => {
    const random = seededRandom(5);
    const share = Array.from({ length: 400 }, () => permutationP(random(), random).p).filter((p) => p <= 0.1).length;
    expect(share).toBeGreaterThan(20);
    expect(share).toBeLessThan(62);
  });
});

describe('the q of a family of tests', () => {
  it('equals the reference values', () => {
    const q = qValues([0.001, 0.01, 0.05, 0.5]);
    expect([...q.values()]).toEqual([0.004, 0.02, expect.closeTo(0.06666666666666667, 12), 0.5]);
  });

  it('is p itself for a single test, and nothing for none', () => {
    expect(qValues([0.03]).get(0.03)).toBeCloseTo(0.03, 12);
    expect(qValues([]).size).toBe(0);
  });

  it('rises with p, is never below it, and does not depend on the order of the tests', () => {
    const family = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(family, fc.integer(), (p, seed) => {
        const q = qValues(p);
        const ascending = [...p].sort((a, b) => a - b).map((one) => q.get(one) ?? Number.NaN);
        expect(ascending).toEqual([...ascending].sort((a, b) => a - b));
        for (const one of p) expect(q.get(one)).toBeGreaterThanOrEqual(one * (1 - 1e-12));
        for (const [one, value] of qValues(shuffled(p, seed))) expect(value).toBeCloseTo(q.get(one) ?? Number.NaN, 12);
      }),
    );
  });
});

describe("Wilcoxon's signed ranks", () => {
  const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
  const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];

  it("equals R on Hollander and Wolfe's data", () => {
    expect(signedRank(minus(before, after))).toEqual({ nonZero: 9, v: 40, p: expect.closeTo(0.0390625, 12) });
  });

  it('equals R on the same data however it is told: one-sided, by the smaller sum, as a correlation', () => {
    const { v, p, nonZero } = signedRank(minus(before, after));
    const ranks = (nonZero * (nonZero + 1)) / 2;
    expect(p / 2).toBeCloseTo(0.01953125, 14);
    expect(ranks - v).toBe(5);
    expect((v - (ranks - v)) / ranks).toBeCloseTo(0.7777777777777778, 14);
  });

  const x = [7, 8, 6, 7, 9, 5, 6, 8, 7, 6, 7, 8];
  const y = [5, 6, 6, 5, 7, 5, 4, 7, 6, 5, 7, 6];

  it('equals scipy with ties and zeros', () => {
    const { nonZero, v, p } = signedRank(minus(x, y));
    expect([nonZero, v, (nonZero * (nonZero + 1)) / 2 - v]).toEqual([9, 45, 0]);
    expect(p).toBeCloseTo(0.006926610328522136, 14);
  });

  it('rests on a library that equals scipy in the forms that are not used as well', () => {
    expect(wilcoxon(minus(x, y), { correction: false }).pValue).toBeCloseTo(0.005749708623335458, 14);
    expect(wilcoxon(minus(x, y), { zeroMethod: 'pratt' }).pValue).toBeCloseTo(0.00424294379504923, 14);
  });

  it('tells nothing of no difference, one, or none but zeros', () => {
    expect(signedRank([])).toEqual({ nonZero: 0, v: 0, p: 1 });
    expect(signedRank([3])).toEqual({ nonZero: 1, v: 1, p: 1 });
    expect(signedRank([-3, 0])).toEqual({ nonZero: 1, v: 0, p: 1 });
    expect(signedRank([0, 0, 0])).toEqual({ nonZero: 0, v: 0, p: 1 });
    expect(signedRank([2, -2]).p).toBe(1);
  });

  it('gives a mirrored series the same p and the other ranks', () => {
    fc.assert(
      fc.property(differences, (values) => {
        const [one, mirrored] = [signedRank(values), signedRank(values.map((value) => -value))];
        expect(mirrored.p).toBeCloseTo(one.p, 9);
        expect(mirrored.v + one.v).toBeCloseTo((one.nonZero * (one.nonZero + 1)) / 2, 9);
      }),
    );
  });

  it('has a p between 0 and 1, whatever the order', () => {
    fc.assert(
      fc.property(differences, fc.integer(), (values, seed) => {
        const { p } = signedRank(values);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(signedRank(shuffled(values, seed)).p).toBeCloseTo(p, 12);
      }),
    );
  });
});

describe('the Hodges–Lehmann shift', () => {
  it("equals R on Hollander and Wolfe's data", () => {
    const shift = hodgesLehmann([0.952, -0.147, 1.022, 0.43, 0.62, 0.59, 0.49, -0.08, 0.01]);
    expect(shift.shift).toBeCloseTo(0.46, 12);
    expect(shift.interval[0]).toBeCloseTo(0.01, 12);
    expect(shift.interval[1]).toBeCloseTo(0.786, 12);
  });

  it('has all means in its interval where six differences allow no narrower one', () => {
    expect(hodgesLehmann([1, 2, 3, 4, 5, 6])).toEqual({ shift: 3.5, interval: [1, 6] });
  });

  it('is the value itself where nothing varies, and undefined of nothing', () => {
    expect(hodgesLehmann([2, 2, 2])).toEqual({ shift: 2, interval: [2, 2] });
    expect(hodgesLehmann([4])).toEqual({ shift: 4, interval: [4, 4] });
    expect(hodgesLehmann([]).shift).toBeNaN();
  });

  it('moves with a shift, turns with the sign, and lies in its interval', () => {
    fc.assert(
      fc.property(fc.array(halves, { minLength: 1, maxLength: 70 }), halves, (values, by) => {
        const { shift, interval } = hodgesLehmann(values);
        const [low, high] = interval;
        expect(low).toBeLessThanOrEqual(shift);
        expect(high).toBeGreaterThanOrEqual(shift);
        expect(hodgesLehmann(values.map((value) => value + by)).shift).toBeCloseTo(shift + by, 9);
        const mirrored = hodgesLehmann(values.map((value) => -value));
        expect(mirrored.shift).toBeCloseTo(-shift, 9);
        expect(mirrored.interval[0]).toBeCloseTo(-high, 9);
      }),
    );
  });

  it.each([12, 50, 51, 120])('covers the truth 95 times in 100 with %p differences', (n) => {
    const covered = Array.from({ length: 200 }, (_, seed) => hodgesLehmann(normals(seed + 1, n)).interval);
    const share = covered.filter(([low, high]) => low <= 0 && high >= 0).length / covered.length;
    expect(share).toBeGreaterThan(0.9);
  });
});

import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../shared/platform/random.ts';
import { distinguishability } from '../../support/timing/auc.ts';

const random = seededRandom(3);
/** About normal, around 20 ms. */
const noise = () => 20 + Array.from({ length: 12 }, random).reduce((sum, value) => sum + value - 0.5, 0);
const pairs = (count: number, difference: number) =>
  Array.from({ length: count }, () => ({ known: noise() + difference, unknown: noise() }));

describe('how well two kinds of times can be told apart', () => {
  it('is a half where they are alike, and one where each of one kind is longer', () => {
    expect(
      distinguishability([
        { known: 1, unknown: 1 },
        { known: 2, unknown: 2 },
      ]).auc,
    ).toBe(0.5);
    expect(
      distinguishability([
        { known: 3, unknown: 1 },
        { known: 4, unknown: 2 },
      ]).auc,
    ).toBe(1);
    expect(
      distinguishability([
        { known: 1, unknown: 3 },
        { known: 2, unknown: 4 },
      ]).auc,
    ).toBe(1);
  });

  it('is that of two normal distributions: 0.76 at a distance of one deviation', () => {
    const { auc, low, high } = distinguishability(pairs(4_000, 1));
    expect(auc).toBeCloseTo(0.76, 1);
    expect([low < 0.76, high > 0.76]).toEqual([true, true]);
  });

  it('has an interval that misses the truth one time in twenty', () => {
    const missed = Array.from({ length: 400 }, () => distinguishability(pairs(150, 0.5))).filter(
      // Φ(0.5 / √2)
      ({ low, high }) => low > 0.6382 || high < 0.6382,
    );
    expect(missed.length / 400).toBeGreaterThan(0.02);
    expect(missed.length / 400).toBeLessThan(0.09);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backOffMs, decideFailure } from '../../../shared/ledger/fail.ts';
import { permanent, poison, throttled, transient } from '../../../shared/platform/errors.ts';
import { seededRandom } from '../../../shared/platform/random.ts';
import { testContract } from '../../support/test-jobs.ts';

const retry = { attempts: 5, firstDelay: '2s', maxDelay: '1m' } as const;
const contract = testContract('any', { retry });
const decide = (error: unknown, attempts = 1, crashes = 0) =>
  decideFailure(error, contract, { attempts, crashes }, () => 1);

describe('the back-off', () => {
  it('doubles from the first delay up to its ceiling', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => backOffMs(retry, attempt, () => 1))).toEqual([
      2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
    ]);
  });

  it('is never under half of that nor over it, whatever the chance and the attempt', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), fc.nat(), (attempt, seed) => {
        const ceiling = Math.min(60_000, 2_000 * 2 ** (attempt - 1));
        const delay = backOffMs(retry, attempt, seededRandom(seed));
        expect(delay).toBeGreaterThanOrEqual(ceiling / 2);
        expect(delay).toBeLessThanOrEqual(ceiling);
        expect(Number.isInteger(delay)).toBe(true);
      }),
    );
  });

  it('spreads jobs that failed together', () => {
    const random = seededRandom(3);
    const delays = Array.from({ length: 1_000 }, () => backOffMs(retry, 6, random));
    const perTenth = Array.from({ length: 10 }, (_, n) => {
      const from = 30_000 + n * 3_000;
      return delays.filter((delay) => delay >= from && delay < from + 3_000).length;
    });
    expect(Math.min(...perTenth)).toBeGreaterThan(60);
  });
});

describe('what a failure means', () => {
  it.each([
    ['permanent', permanent('no_good', 'x')],
    ['poison', poison('unreadable', 'x')],
  ])('a %s one is final at the first attempt', (errorClass, error) => {
    expect(decide(error)).toEqual({ state: 'dead', code: error.code, errorClass });
  });

  it('a transient one is tried again until the attempts are used up', () => {
    const states = [1, 2, 3, 4, 5].map((attempts) => decide(transient('odd', 'x'), attempts).state);
    expect(states).toEqual(['retrying', 'retrying', 'retrying', 'retrying', 'dead']);
  });

  it('an unknown one is taken for transient, under a code that quotes nothing', () => {
    const private_ = new TypeError('the mood of somebody@example.org');
    expect(decide(private_)).toMatchObject({ state: 'retrying', code: 'TypeError', errorClass: 'transient' });
    expect(decide('text')).toMatchObject({ state: 'retrying', code: 'unknown' });
  });

  it('a throttled one waits as long as the other side asked for, however often', () => {
    expect(decide(throttled('slow', 'x', 1_234), 99)).toEqual({
      state: 'parked',
      code: 'slow',
      errorClass: 'throttled',
      delayMs: 1_234,
    });
  });

  it('attempts that ended with their worker are not held against the job', () => {
    expect(decide(transient('odd', 'x'), 7, 3)).toMatchObject({ state: 'retrying', delayMs: 16_000 });
    expect(decide(transient('odd', 'x'), 8, 3)).toMatchObject({ state: 'dead' });
  });
});

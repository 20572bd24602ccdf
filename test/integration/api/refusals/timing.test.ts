import { beforeAll, describe, expect, it } from '@jest/globals';
import { distinguishability } from '../../../support/timing/auc.ts';
import { addKnownPeople } from '../../../support/timing/known-people.ts';
import { timedPairs } from '../../../support/timing/pairs.ts';
import { questions } from '../../../support/timing/questions.ts';
import { wholeApi } from './whole-api.ts';

/** Fewer where an answer takes long; the lower bound widens with fewer, so none sees a difference that is not there. */
const PAIRS = { login: 60, register: 30, reset: 100 };
const MOST_PAIRS = Math.max(...Object.values(PAIRS));
const PROMISED_AUC = 0.55;
/** A loaded machine can make a difference appear that is none, but hardly three times. */
const ROUNDS = 3;
const KNOWN = MOST_PAIRS * 2 * ROUNDS;

const api = wholeApi();
beforeAll(() => addKnownPeople(api.superuserUrl, KNOWN));

describe('whether an address is known', () => {
  it.each(Object.entries(PAIRS))(
    'cannot be told from the time of a %s (%d pairs)',
    async (name, count) => {
      const question = questions(api.send, KNOWN)[name];
      if (!question) throw new Error(`There is no question ${name}.`);
      const lows: number[] = [];
      while (lows.length < ROUNDS && !lows.some((low) => low <= PROMISED_AUC)) {
        const { known, unknown } = question;
        const first = lows.length * 2 * MOST_PAIRS;
        const pairs = await timedPairs(count, { known: (n) => known(first + n), unknown: (n) => unknown(first + n) });
        // `npm run bench -- timing` measures; this fails only on a difference that is there beyond doubt.
        lows.push(distinguishability(pairs).low);
      }
      expect(Math.min(...lows)).toBeLessThanOrEqual(PROMISED_AUC);
    },
    120_000,
  );
});

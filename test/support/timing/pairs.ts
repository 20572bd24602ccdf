import { stopwatch } from '../../../shared/platform/clock.ts';
import { seededRandom } from '../../../shared/platform/random.ts';
import type { Pair } from './auc.ts';

/** A question that must take as long whether or not what it asks about exists; `n` makes each pair's its own. */
export type Question = { known(n: number): Promise<void>; unknown(n: number): Promise<void> };

const WARM_UP = 20;

/**
 * Asks one at a time, as an attacker on a quiet line would, which of both first being decided by a coin: whatever the
 * machine does meanwhile meets both alike.
 */
export async function timedPairs(count: number, { known, unknown }: Question): Promise<Pair[]> {
  const coin = seededRandom(7);
  const pairs: Pair[] = [];
  for (let n = 0; n < count + WARM_UP; n += 1) {
    const times = { known: 0, unknown: 0 };
    const timed = async (kind: 'known' | 'unknown', ask: (n: number) => Promise<void>) => {
      const elapsed = stopwatch();
      await ask(n);
      times[kind] = elapsed();
    };
    const turns = [() => timed('known', known), () => timed('unknown', unknown)];
    for (const turn of coin() < 0.5 ? turns : turns.reverse()) await turn();
    if (n >= WARM_UP) pairs.push(times);
  }
  return pairs;
}

import type { stopwatch } from '../clock.ts';
import type { InsuredStore } from './insured-store.ts';
import type { Rule } from './rules.ts';
import { countingWindows, type Tally } from './windows.ts';

/**
 * Counts every use in the store before it is allowed, so that all processes together allow no more than the rule says.
 * A key that is used up is refused from memory until its window ends: attackers cost the store nothing further.
 * While the store is away, the process counts by itself.
 *
 * @param hashed a key as it may be stored
 */
export function exactCount(store: InsuredStore, hashed: (id: string) => string, elapsed: ReturnType<typeof stopwatch>) {
  const here = countingWindows(elapsed);
  const exhausted = countingWindows(elapsed);

  return {
    async add(rule: Rule, id: string, points: 1 | -1): Promise<Tally> {
      const known = exhausted.peek(id);
      if (known && points > 0) return known;
      const tally = (await store.add(rule, hashed(id), points)) ?? here.add(id, points, rule.windowMs);
      if (tally.used > rule.points) exhausted.add(id, tally.used, tally.resetMs);
      // What was used up by uses that turned out to be rightful is open again.
      else exhausted.forget(id);
      return tally;
    },
  };
}

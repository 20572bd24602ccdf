import { boundedQueue } from '../bounded-queue.ts';
import type { stopwatch } from '../clock.ts';
import type { InsuredStore } from './insured-store.ts';
import type { Rule } from './rules.ts';
import { countingWindows, type Tally, type Window } from './windows.ts';

/** Used from this share of its points on, a key is told to the store. */
const TELL_FROM = 0.1;
const TELLING_AT_ONCE = 4;
const WAITING_TO_BE_TOLD = 1_000;

/**
 * Counts in the process and tells the store in the background: a request waits for nothing, and most keys, which never
 * come near their limit, cost the store nothing at all. What the other processes have counted is heard with each
 * telling, so that all together exceed a limit by at most a tenth of it for each process, and what one round trip holds.
 */
export function nearCount(store: InsuredStore, hashed: (id: string) => string, elapsed: ReturnType<typeof stopwatch>) {
  const windows = countingWindows(elapsed);
  const untold = new WeakMap<Window, number>();
  const telling = new WeakSet<Window>();
  const inTurn = boundedQueue(TELLING_AT_ONCE, WAITING_TO_BE_TOLD);

  /** One telling of a key at a time: what is counted meanwhile travels with the next. */
  const tell = async (rule: Rule, id: string, window: Window): Promise<void> => {
    if (telling.has(window) || store.isAway) return;
    telling.add(window);
    try {
      for (let points = take(window); points > 0; points = take(window)) {
        const tally = await inTurn(() => store.add(rule, hashed(id), points, window.endsAt - elapsed()));
        if (!tally) return;
        window.used = Math.max(window.used, tally.used + (untold.get(window) ?? 0));
        window.endsAt = elapsed() + tally.resetMs;
      }
    } catch {
      // Too many wait to be told. They are still counted here, and told of with their next use.
    } finally {
      telling.delete(window);
    }
  };
  const take = (window: Window): number => {
    const points = untold.get(window) ?? 0;
    untold.set(window, 0);
    return points;
  };

  return {
    add(rule: Rule, id: string): Tally {
      const window = windows.at(id, rule.windowMs);
      window.used += 1;
      // What is refused is not told: the store knows already that the window is used up.
      if (window.used <= rule.points) {
        untold.set(window, (untold.get(window) ?? 0) + 1);
        if (window.used >= rule.points * TELL_FROM) void tell(rule, id, window);
      }
      return windows.tally(window);
    },
  };
}

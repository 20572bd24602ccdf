import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { RULE_NAMES, type Rule, type RuleName, type Rules } from './rules.ts';
import { countingWindows, type Tally } from './windows.ts';

/** Where all processes count together. Keys reach it hashed: it holds neither an address nor a mail. */
export type LimitStore = {
  /** Adds points to a key's window, or takes some back. A window begun by this lasts `windowMs`. */
  add(rule: Rule, key: string, points: number, windowMs?: number): Promise<Tally>;
  /** Throws where the store cannot be asked. */
  check(): Promise<void>;
  close(): Promise<void>;
};

/** The store as rate-limiter-flexible keeps it; `limiterOf` makes its limiter for a rule. */
export function libraryStore(
  rules: Rules,
  limiterOf: (rule: Rule) => RateLimiterAbstract,
  close: () => Promise<void>,
): LimitStore {
  const limiters = Object.fromEntries(RULE_NAMES.map((name) => [name, limiterOf(rules[name])])) as Record<
    RuleName,
    RateLimiterAbstract
  >;
  return {
    async add({ name, windowMs: whole }, key, points, windowMs = whole) {
      // The Redis store counts whole seconds, and keeps a window of none for ever.
      const customDuration = Math.max(1, Math.ceil(windowMs / 1_000));
      const { consumedPoints, msBeforeNext } = await limiters[name].penalty(key, points, { customDuration });
      return { used: consumedPoints, resetMs: msBeforeNext };
    },
    async check() {
      await limiters.user.get('check');
    },
    close,
  };
}

/** A store of this process alone: what stands in while the shared one is away, and in tests. */
export function inProcessStore(windows = countingWindows()): LimitStore {
  return {
    add: async ({ name, windowMs: whole }, key, points, windowMs = whole) =>
      windows.add(`${name} ${key}`, points, windowMs),
    check: async () => {},
    close: async () => {},
  };
}

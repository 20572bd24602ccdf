import { createHmac, hkdfSync } from 'node:crypto';
import { stopwatch } from '../clock.ts';
import { throttled } from '../errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { exactCount } from './exact-count.ts';
import { insuredStore } from './insured-store.ts';
import { limitHeaders, type Standing } from './limit-headers.ts';
import { nearCount } from './near-count.ts';
import type { RuleName, Rules } from './rules.ts';
import type { LimitStore } from './store.ts';

/** Who does what how often. `key` says whom a use counts for: an account, an address, both. */
export type Limits = {
  /** Counts a use. Throws `too_many_requests` with `Retry-After` and the RateLimit headers where there were too many. */
  consume(rule: RuleName, ...key: string[]): Promise<Standing>;
  /** Takes a use back that turned out to be rightful. Never fails. */
  giveBack(rule: RuleName, ...key: string[]): Promise<void>;
  close(): Promise<void>;
};

export type LimitsOptions = {
  rules: Rules;
  store: LimitStore;
  /** The key of the hashes is derived from it: whoever reads the store learns of no address and no account. */
  secretKey: string;
  logger: Pick<Logger, 'error' | 'info' | 'throttled'>;
  metrics: Pick<Metrics, 'limitsDegraded' | 'limitRefusalsTotal'>;
  /** Monotonic milliseconds. */
  elapsed?: () => number;
};

export function createLimits({
  rules,
  store,
  secretKey,
  logger,
  metrics,
  elapsed = stopwatch(),
}: LimitsOptions): Limits {
  const hashKey = Buffer.from(hkdfSync('sha256', secretKey, '', 'amira/limits', 32));
  const hashed = (id: string) => createHmac('sha256', hashKey).update(id).digest('base64url').slice(0, 22);
  const insured = insuredStore(store, { logger, metrics });
  const [exact, near] = [exactCount(insured, hashed, elapsed), nearCount(insured, hashed, elapsed)];
  const idOf = (name: RuleName, key: readonly string[]) => [name, ...key].join('\0');

  return {
    async consume(name, ...key) {
      const rule = rules[name];
      const id = idOf(name, key);
      const { used, resetMs } = rule.exact ? await exact.add(rule, id, 1) : near.add(rule, id);
      const { points, windowMs } = rule;
      const standing = { name, points, windowMs, remaining: Math.max(0, points - used), resetMs };
      const isOpen = insured.isAway && !rule.guardsSignIn;
      if (used <= points || isOpen) return standing;

      metrics.limitRefusalsTotal.inc({ limit: name });
      logger.throttled(`limit-${name}`, 'warn', 'A limit refuses', { category: 'security', limit: name });
      throw throttled('too_many_requests', 'Too many of these. Try again later.', Math.max(1, resetMs), {
        headers: limitHeaders([standing]),
      });
    },
    async giveBack(name, ...key) {
      const rule = rules[name];
      if (rule.exact) await exact.add(rule, idOf(name, key), -1);
    },
    close: () => insured.close(),
  };
}

import { unlessAborted } from '../abort.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { LimitStore } from './store.ts';
import type { Tally } from './windows.ts';

/** A store that never fails: what cannot be counted there is `null`, and somebody is told. */
export type InsuredStore = {
  readonly isAway: boolean;
  add(...use: Parameters<LimitStore['add']>): Promise<Tally | null>;
  close(): Promise<void>;
};

type Needs = { logger: Pick<Logger, 'error' | 'info'>; metrics: Pick<Metrics, 'limitsDegraded'> };

const TIMEOUT_MS = 1_000;
const RETRY_MS = 1_000;
/** A process that gets no processor misses a time-out too; only so many in a row mean that the store is away. */
const FAILURES = 3;

/**
 * Leaves a store alone once it has failed, so that no request waits for its time-out, and asks every second whether it
 * is back.
 */
export function insuredStore(store: LimitStore, { logger, metrics }: Needs): InsuredStore {
  let retry: NodeJS.Timeout | undefined;
  let failures = 0;
  const inTime = <Value>(work: Promise<Value>) => unlessAborted(work, AbortSignal.timeout(TIMEOUT_MS));

  const lose = (err: unknown) => {
    failures += 1;
    if (retry || failures < FAILURES) return;
    metrics.limitsDegraded.set(1);
    logger.error(
      { err },
      'The limits have lost their store: sign-ins are counted per process, the rest is let through',
    );
    retry = setInterval(() => void inTime(store.check()).then(regain, () => {}), RETRY_MS).unref();
  };
  const regain = () => {
    if (!retry) return;
    clearInterval(retry);
    retry = undefined;
    failures = 0;
    metrics.limitsDegraded.set(0);
    logger.info('The limits have their store again');
  };

  metrics.limitsDegraded.set(0);
  return {
    get isAway() {
      return retry !== undefined;
    },
    async add(...use) {
      if (retry) return null;
      try {
        const tally = await inTime(store.add(...use));
        failures = 0;
        return tally;
      } catch (error) {
        lose(error);
        return null;
      }
    },
    async close() {
      clearInterval(retry);
      await store.close();
    },
  };
}

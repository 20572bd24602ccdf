import { deriveAccountKeys, type Passwords } from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import { createEvents } from '../../../shared/events/index.ts';
import { manualClock } from '../../../shared/platform/clock.ts';
import { loadConfig } from '../../../shared/platform/config/index.ts';
import type { Database } from '../../../shared/platform/database/database.ts';
import { localKeyWrapping } from '../../../shared/platform/kms/local.ts';
import { createLimits } from '../../../shared/platform/limits/limits.ts';
import { inProcessStore } from '../../../shared/platform/limits/store.ts';
import { noProbe } from '../../../shared/platform/probe.ts';
import type { Queues } from '../../../shared/platform/queue/queues.ts';
import { seededRandom } from '../../../shared/platform/random.ts';
import { createLogger } from '../../../shared/platform/telemetry/logger.ts';
import { createMetrics } from '../../../shared/platform/telemetry/metrics.ts';
import { createUserKeys } from '../../../shared/privacy/index.ts';
import { UNLIMITED } from './unlimited.ts';

export type LogLine = Record<string, unknown> & { message: string };
export type ApiDeps = Deps & { logLines: LogLine[] };

/** What the API is handed in tests: a clock that stands still, a log that can be read, and only those ports that are given. */
export function apiDeps(
  settings: Record<string, string> = {},
  { database = absent<Database>('database'), queues = absent<Queues>('queues') } = {},
): ApiDeps {
  const config = loadConfig('api', { ...SETTINGS, ...settings });
  const logLines: LogLine[] = [];
  const keyWrapping = localKeyWrapping([config.SECRET_KEY, ...config.ACCEPTED_SECRET_KEYS]);
  const logger = createLogger({
    service: 'api',
    environment: 'test',
    level: 'debug',
    secretKey: config.SECRET_KEY,
    destination: { write: (line: string) => void logLines.push(JSON.parse(line)) },
  });
  const metrics = createMetrics();
  const clock = manualClock('2026-03-29T08:00:00Z');
  const limits = createLimits({
    rules: config.limits,
    store: inProcessStore(),
    secretKey: config.SECRET_KEY,
    logger,
    metrics,
  });
  return {
    config,
    clock,
    random: seededRandom(1),
    probe: noProbe,
    logger,
    logLines,
    metrics,
    database,
    queues,
    externalIssuer: null,
    accountKeys: deriveAccountKeys(config.SECRET_KEY, config.ACCEPTED_SECRET_KEYS, config.PUBLIC_URL),
    passwords: absent<Passwords>('passwords', { isFull: () => false, attend: (request) => request() }),
    limits,
    keyWrapping,
    userKeys: createUserKeys({ database, wrapping: keyWrapping }),
    events: createEvents({ database, tls: false, clock, logger, metrics }),
    objectStore: async () => absent('object store'),
    pushGateway: async () => absent('push gateway'),
    mailGateway: async () => absent('mail gateway'),
    close: async () => {},
  };
}

const SETTINGS = {
  APP_ENV: 'test',
  DATABASE_URL: 'postgresql://127.0.0.1:1/none',
  SECRET_KEY: 'a secret of the tests, long enough to be one',
  S3_BUCKET_NAME: 'none',
  RATE_LIMITS: UNLIMITED,
};

/** Stands for a port that the test does not need: whoever uses more of it than `known` hears so. */
const absent = <Port extends object>(name: string, known: Partial<Port> = {}): Port =>
  new Proxy(known as Port, {
    get(target, property) {
      // Promises look for `then` on whatever they are resolved with.
      if (property === 'then') return undefined;
      if (property in target) return target[property as keyof Port];
      throw new Error(`this test has no ${name} (${String(property)})`);
    },
  });

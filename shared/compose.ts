import { availableParallelism } from 'node:os';
import {
  type AccountKeys,
  accountEntities,
  createExternalIssuer,
  createPasswords,
  deriveAccountKeys,
  type ExternalIssuer,
  issuerKeys,
  type Passwords,
} from './accounts/index.ts';
import { createEvents, type Events } from './events/index.ts';
import { type Clock, stopwatch, systemClock } from './platform/clock.ts';
import type { Config } from './platform/config/index.ts';
import { type Database, openDatabase } from './platform/database/database.ts';
import { measured } from './platform/database/measured.ts';
import { localKeyWrapping } from './platform/kms/local.ts';
import { movedToKms } from './platform/kms/moved.ts';
import type { KeyWrapping } from './platform/kms/port.ts';
import { createLimits, type Limits } from './platform/limits/limits.ts';
import { postgresLimitStore } from './platform/limits/postgres-store.ts';
import { inProcessStore, type LimitStore } from './platform/limits/store.ts';
import type { MailGateway } from './platform/mail/port.ts';
import type { ObjectStore } from './platform/object-store/port.ts';
import { noProbe, type Probe } from './platform/probe.ts';
import type { PushGateway } from './platform/push/port.ts';
import { postgresQueues } from './platform/queue/postgres.ts';
import type { Queues } from './platform/queue/queues.ts';
import { type Random, systemRandom } from './platform/random.ts';
import { createLogger, type Logger } from './platform/telemetry/logger.ts';
import { createMetrics, type Metrics } from './platform/telemetry/metrics.ts';
import { createUserKeys, type UserKeys } from './privacy/index.ts';

/** What the parts of a process are handed. Clients of other systems are made when first asked for. */
export type Deps = {
  config: Config;
  clock: Clock;
  random: Random;
  probe: Probe;
  logger: Logger;
  metrics: Metrics;
  database: Database;
  queues: Queues;
  accountKeys: AccountKeys;
  /** Whose access tokens count besides ours, where one is configured. */
  externalIssuer: ExternalIssuer | null;
  passwords: Passwords;
  limits: Limits;
  keyWrapping: KeyWrapping;
  userKeys: UserKeys;
  events: Events;
  objectStore(): Promise<ObjectStore>;
  pushGateway(): Promise<PushGateway>;
  mailGateway(): Promise<MailGateway>;
  close(): Promise<void>;
};

export type Overrides = Partial<Omit<Deps, 'config' | 'close'>>;

/** The one place where a process is put together, and the one seam where a test puts in something else. */
export async function compose(config: Config, overrides: Overrides = {}): Promise<Deps> {
  const logger =
    overrides.logger ??
    createLogger({
      service: `amira-${config.kind}`,
      environment: config.APP_ENV,
      level: config.LOG_LEVEL,
      secretKey: config.SECRET_KEY,
    });
  const probe = overrides.probe ?? noProbe;
  const metrics = overrides.metrics ?? createMetrics();
  const database = overrides.database ?? measured(await openOwnDatabase(config, probe), metrics);
  const queues = overrides.queues ?? (await openQueues(config, logger));
  const keyWrapping = overrides.keyWrapping ?? (await openKeyWrapping(config));
  const limits =
    overrides.limits ??
    createLimits({
      rules: config.limits,
      store: await openLimitStore(config, database, logger),
      secretKey: config.SECRET_KEY,
      logger,
      metrics,
    });
  const clock = overrides.clock ?? systemClock;
  const events = overrides.events ?? createEvents({ database, tls: config.tls, clock, logger, metrics });
  const objectStore = overrides.objectStore ?? once(() => openObjectStore(config));
  const pushGateway = overrides.pushGateway ?? once(() => openPushGateway(config));
  const mailGateway = overrides.mailGateway ?? once(() => openMailGateway(config));

  return {
    config,
    clock,
    random: overrides.random ?? systemRandom,
    probe,
    logger,
    metrics,
    database,
    queues,
    externalIssuer: overrides.externalIssuer ?? externalIssuerOf(config),
    accountKeys:
      overrides.accountKeys ?? deriveAccountKeys(config.SECRET_KEY, config.ACCEPTED_SECRET_KEYS, config.PUBLIC_URL),
    passwords: overrides.passwords ?? createPasswords(availableParallelism()),
    limits,
    keyWrapping,
    userKeys: overrides.userKeys ?? createUserKeys({ database, wrapping: keyWrapping }),
    events,
    objectStore,
    pushGateway,
    mailGateway,
    async close() {
      await events.close();
      await limits.close();
      await queues.close();
      await database.close();
    },
  };
}

function externalIssuerOf({ AUTH_ISSUER: issuer, AUTH_JWKS_URL: url, AUTH_AUDIENCE: audiences }: Config) {
  if (issuer === undefined || url === undefined) return null;
  return createExternalIssuer({ issuer, audiences, keyOf: issuerKeys({ url: new URL(url), elapsed: stopwatch() }) });
}

const openOwnDatabase = (config: Config, probe: Probe): Promise<Database> =>
  openDatabase({
    url: config.DATABASE_URL,
    applicationName: `amira-${config.kind}`,
    maxConnections: config.DATABASE_POOL,
    queryTimeoutMs: config.kind === 'api' ? API_QUERY_TIMEOUT_MS : WORKER_QUERY_TIMEOUT_MS,
    connectTimeoutMs: config.kind === 'api' ? API_QUERY_TIMEOUT_MS : WORKER_CONNECT_TIMEOUT_MS,
    tls: config.tls,
    entities: accountEntities,
    probe,
  });

/** API requests fail within this; PostgreSQL that does not answer is an outage, not a reason to wait. */
const API_QUERY_TIMEOUT_MS = 2_500;
const WORKER_QUERY_TIMEOUT_MS = 30_000;
/** A job may wait for a connection behind slow neighbours; that is no outage and costs it no attempt. */
const WORKER_CONNECT_TIMEOUT_MS = 10_000;

// Each of these loads its SDK only where it is used: a process that sends no push carries no firebase-admin.

async function openQueues(config: Config, logger: Logger): Promise<Queues> {
  if (config.QUEUE_BACKEND === 'postgres') {
    return postgresQueues({ url: config.DATABASE_URL, maxConnections: QUEUE_CONNECTIONS, tls: config.tls, logger });
  }
  const { redisQueues } = await import('./platform/queue/redis.ts');
  return redisQueues({ url: config.REDIS_URL ?? '', prefix: config.REDIS_PREFIX, logger });
}

/** One LISTEN connection for each of seven pools, and some for the work. */
const QUEUE_CONNECTIONS = 16;

/** Without a key management service the master key comes from the server's secrets; with one, those still open what they wrapped. */
async function openKeyWrapping(config: Config): Promise<KeyWrapping> {
  const local = localKeyWrapping([config.SECRET_KEY, ...config.ACCEPTED_SECRET_KEYS]);
  if (config.KMS_KEY_ID === undefined) return local;
  const { awsKeyWrapping } = await import('./platform/kms/aws.ts');
  return movedToKms(
    awsKeyWrapping({ keyId: config.KMS_KEY_ID, region: config.AWS_REGION, ...credentialsOf(config) }),
    local,
  );
}

/** Only the api refuses by limits. */
async function openLimitStore(config: Config, database: Database, logger: Logger): Promise<LimitStore> {
  if (config.kind !== 'api') return inProcessStore();
  if (config.QUEUE_BACKEND === 'postgres') return postgresLimitStore(config.limits, database);
  const { redisLimitStore } = await import('./platform/limits/redis-store.ts');
  return redisLimitStore(config.limits, { url: config.REDIS_URL ?? '', prefix: config.REDIS_PREFIX, logger });
}

async function openObjectStore(config: Config): Promise<ObjectStore> {
  const { s3ObjectStore } = await import('./platform/object-store/s3.ts');
  return s3ObjectStore({
    bucket: config.S3_BUCKET_NAME ?? '',
    region: config.AWS_REGION,
    ...(config.S3_ENDPOINT ? { endpoint: config.S3_ENDPOINT } : {}),
    ...credentialsOf(config),
  });
}

function credentialsOf({ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }: Config) {
  return accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {};
}

async function openPushGateway(config: Config): Promise<PushGateway> {
  const { fcmPushGateway } = await import('./platform/push/fcm.ts');
  return fcmPushGateway({ credentials: config.FIREBASE_CREDENTIALS ?? {} });
}

async function openMailGateway(config: Config): Promise<MailGateway> {
  const { smtpMailGateway } = await import('./platform/mail/smtp.ts');
  return smtpMailGateway({ url: config.SMTP_URL ?? '', from: config.MAIL_FROM });
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined;
  return () => (value ??= make());
}

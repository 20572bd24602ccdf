import { z } from 'zod';
import { POOLS } from '../../ledger/contract.ts';
import { LimitOverrides } from '../limits/rule-settings.ts';
import type { LogLevel } from '../telemetry/logger.ts';
import {
  count,
  decimal,
  duration,
  flag,
  hosts,
  httpsUrl,
  httpUrl,
  json,
  names,
  networks,
  oneOf,
  origins,
  port,
  text,
  url,
  words,
} from './formats.ts';
import { PoolOverrides } from './pool-settings.ts';

export const ROLES = ['relay', 'scheduler', 'autoscaler'] as const;
export type RoleName = (typeof ROLES)[number];

/** Where a development machine is; deployments must say where they are if they write links. */
export const LOCAL_URL = 'http://127.0.0.1:8000';

const postgresUrl = url(/^postgres(ql)?$/, 'postgresql://user:password@host:5432/amira');

const logLevels: Record<string, LogLevel | 'silent'> = { warning: 'warn', critical: 'fatal' };
const logLevel = oneOf(['debug', 'info', 'warning', 'warn', 'error', 'critical', 'silent']).transform(
  (level) => logLevels[level] ?? (level as LogLevel | 'silent'),
);

/** What `FIREBASE_CREDENTIALS` holds: the JSON of a service account. */
const serviceAccount = json.pipe(
  z.looseObject(
    { project_id: z.string(), client_email: z.string(), private_key: z.string() },
    { error: 'is not a service account: an object with project_id, client_email and private_key' },
  ),
);

/** Every variable the project reads, with its default. What only some processes need is optional here. */
export const Settings = z.object({
  APP_ENV: oneOf(['development', 'staging', 'production', 'test']).default('development'),
  DATA_DIR: text.default('.data'),
  PORT: port.default(8000),
  OPS_PORT: port.default(8001),
  OPS_HOST: text.default('127.0.0.1'),
  /** Operator CLI only: where the operator's listener is, and what it would otherwise ask for. */
  OPS_URL: httpUrl.optional(),
  OPS_PASSWORD: z.string().optional(),
  OPS_TOTP: text.optional(),
  PUBLIC_URL: httpUrl.default(LOCAL_URL),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_OWNER_URL: postgresUrl.optional(),
  DATABASE_POOL: count(1, 200).default(10),
  REDIS_URL: url(/^rediss?$/, 'redis://host:6379').optional(),
  REDIS_PREFIX: text.default('amira'),
  QUEUE_BACKEND: oneOf(['redis', 'postgres']).default('postgres'),
  SECRET_KEY: text.min(32, 'has fewer than 32 characters').optional(),
  /** Further secrets whose tokens count: the next one, before it signs, or the last one. */
  ACCEPTED_SECRET_KEYS: words
    .pipe(z.array(text.min(32, 'has one of fewer than 32 characters (commas separate them)')))
    .default([]),
  KMS_KEY_ID: text
    .refine((id) => !id.includes('alias/'), 'is an alias: name the key itself, by its id or ARN')
    .optional(),
  AWS_REGION: text.default('eu-central-1'),
  AWS_ACCESS_KEY_ID: text.optional(),
  AWS_SECRET_ACCESS_KEY: text.optional(),
  S3_BUCKET_NAME: text.optional(),
  S3_ENDPOINT: httpUrl.optional(),
  FIREBASE_CREDENTIALS: serviceAccount.optional(),
  SMTP_URL: url(/^smtps?$/, 'smtps://user:password@host:465').optional(),
  MAIL_FROM: text.default('Amira <hello@amira.example>'),
  AUTH_ISSUER: httpUrl.optional(),
  AUTH_JWKS_URL: httpUrl.optional(),
  AUTH_AUDIENCE: words.pipe(z.array(text).min(1, 'is empty')).default(['amira']),
  TRUSTED_PROXIES: networks.default([]),
  ALLOWED_HOSTS: hosts.default([]),
  CORS_ORIGINS: origins.default([]),
  API_VERSION: oneOf(['v1']).default('v1'),
  REQUEST_TIMEOUT: duration.default(15_000),
  RATE_LIMITS: json.pipe(LimitOverrides).default({}),
  /** At .10 exactly one in ten people without any pattern would be told of one, and in every other sample more. */
  PATTERN_FALSE_DISCOVERY_RATE: decimal(0.001, 0.5).default(0.08),
  PATTERN_EPSILON_SQUARED: decimal(0, 1).default(0.08),
  PATTERN_POINTS: decimal(0, 20).default(1),
  /** Where people who have a hard time find somebody to talk to. */
  SUPPORT_URL: httpsUrl.default('https://findahelpline.com'),
  WORKER_POOLS: names(POOLS).default([]),
  WORKER_ROLES: names(ROLES).default([]),
  WORKER_CONCURRENCY: count(1, 1_000).optional(),
  POOLS: json.pipe(PoolOverrides).default({}),
  LOG_LEVEL: logLevel.default('info'),
  ENABLE_METRICS: flag.default(true),
  ENABLE_PROFILING: flag.default(false),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  /** Embedded system only: where the captures of the stand-ins can be listed. */
  STAND_INS_URL: httpUrl.optional(),
  /** Embedded system only: where the metrics of all local processes can be fetched. */
  PEER_METRICS_URL: httpUrl.optional(),
});
export type Settings = z.infer<typeof Settings>;
export type SettingName = keyof Settings;

/** Variables that may also be given as `NAME_FILE`, the path of a file that holds the value. */
export const SECRETS = [
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'REDIS_URL',
  'SECRET_KEY',
  'OPS_PASSWORD',
  'ACCEPTED_SECRET_KEYS',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'FIREBASE_CREDENTIALS',
  'SMTP_URL',
] as const satisfies readonly SettingName[];

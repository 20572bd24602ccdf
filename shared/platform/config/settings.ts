import { z } from 'zod';
import { POOLS } from '../../ledger/contract.ts';
import { type Duration, milliseconds } from '../duration.ts';
import { PoolOverrides } from './pool-settings.ts';

export const ROLES = ['relay', 'scheduler', 'autoscaler'] as const;
export type RoleName = (typeof ROLES)[number];

/** A comma-separated list; an unknown name is a problem, not ignored. */
const list = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    .pipe(z.array(z.enum(names, { error: (issue) => `"${String(issue.input)}" is none of ${names.join(', ')}` })));
const words = z.string().transform((text) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== ''),
);
const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});
const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
const duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)?$/, 'is not a duration such as 15s')
  .transform((text) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : milliseconds(text as Duration)));
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'is not a postgresql:// URL' });
const redisUrl = z.url({ protocol: /^rediss?$/, error: 'is not a redis:// URL' });
const httpUrl = z.url({ protocol: /^https?$/, error: 'is not an http(s):// URL' });

/** Every variable the project reads, with its default. What only some processes need is optional here. */
export const Settings = z.object({
  APP_ENV: z.enum(['development', 'staging', 'production', 'test']).default('development'),
  DATA_DIR: z.string().default('.data'),
  PORT: port.default(8000),
  OPS_PORT: port.default(8001),
  OPS_HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: httpUrl.default('http://127.0.0.1:8000'),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_OWNER_URL: postgresUrl.optional(),
  DATABASE_POOL: z.coerce.number().int().min(1).max(200).default(10),
  REDIS_URL: redisUrl.optional(),
  REDIS_PREFIX: z.string().default('amira'),
  QUEUE_BACKEND: z.enum(['redis', 'postgres']).default('postgres'),
  SECRET_KEY: z.string().min(32, 'has fewer than 32 characters').optional(),
  KMS_KEY_ID: z.string().optional(),
  AWS_REGION: z.string().default('eu-central-1'),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  S3_BUCKET_NAME: z.string().optional(),
  S3_ENDPOINT: httpUrl.optional(),
  FIREBASE_CREDENTIALS: json.pipe(z.looseObject({})).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'is not an smtp:// URL' }).optional(),
  MAIL_FROM: z.string().default('Amira <hello@amira.example>'),
  AUTH_ISSUER: httpUrl.optional(),
  AUTH_JWKS_URL: httpUrl.optional(),
  AUTH_AUDIENCE: z.string().default('amira'),
  TRUSTED_PROXIES: words.default([]),
  ALLOWED_HOSTS: words.default([]),
  CORS_ORIGINS: words.default([]),
  API_VERSION: z.literal('v1').default('v1'),
  REQUEST_TIMEOUT: duration.default(15_000),
  RATE_LIMITS: json.pipe(z.record(z.string(), z.unknown())).default({}),
  WORKER_POOLS: list(POOLS).optional(),
  WORKER_ROLES: list(ROLES).optional(),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(1_000).optional(),
  POOLS: json.pipe(PoolOverrides).default({}),
  LOG_LEVEL: z
    .string()
    .transform((level) => level.toLowerCase())
    .pipe(z.enum(['debug', 'info', 'warning', 'warn', 'error', 'critical']))
    .default('info'),
  ENABLE_METRICS: flag.default(true),
  ENABLE_PROFILING: flag.default(false),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  /** Embedded system only: where the captures of the stand-ins can be listed. */
  STAND_INS_URL: httpUrl.optional(),
  /** Embedded system only: where the metrics of all local processes can be fetched. */
  PEER_METRICS_URL: httpUrl.optional(),
});
export type Settings = z.infer<typeof Settings>;

/** Variables that may also be given as `NAME_FILE`, the path of a file that holds the value. */
export const SECRETS = [
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'REDIS_URL',
  'SECRET_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'FIREBASE_CREDENTIALS',
  'SMTP_URL',
] as const;

import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { PoolName } from '../../ledger/contract.ts';
import type { ScalingSettings } from '../../scaling/policy.ts';
import { poolSettings } from './pool-settings.ts';
import { type RoleName, SECRETS, Settings } from './settings.ts';

/** What a process must be told before it can start. */
export type ProcessKind = 'api' | 'worker' | 'migrate';

export type Config = Omit<Settings, 'POOLS' | 'WORKER_POOLS' | 'WORKER_ROLES' | 'DATABASE_URL' | 'SECRET_KEY'> & {
  readonly kind: ProcessKind;
  readonly DATABASE_URL: string;
  readonly SECRET_KEY: string;
  readonly pools: Readonly<Record<PoolName, ScalingSettings>>;
  readonly WORKER_POOLS: readonly PoolName[];
  readonly WORKER_ROLES: readonly RoleName[];
  /** Staging and production: connections are encrypted. */
  readonly tls: boolean;
};

/** Everything wrong with the configuration at once, one line each; the process exits with `exitCode`. */
export class ConfigError extends Error {
  readonly exitCode = 78;
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads and checks the environment (or `env`). Throws `ConfigError`. Values of secrets never appear in messages. */
export function loadConfig(kind: ProcessKind, env: Environment = currentEnvironment()): Config {
  const problems: string[] = [];
  const parsed = Settings.safeParse(withSecretFiles(withoutEmpty(env), problems));
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) problems.push(`${path.join('.')} ${message}`);
    throw new ConfigError(problems);
  }
  const settings = parsed.data;
  problems.push(...missing(kind, settings), ...unsafe(settings));
  if (problems.length > 0) throw new ConfigError(problems);
  const { POOLS: overrides, ...rest } = settings;
  return {
    ...rest,
    kind,
    DATABASE_URL: settings.DATABASE_URL ?? settings.DATABASE_OWNER_URL ?? '',
    SECRET_KEY: settings.SECRET_KEY ?? '',
    WORKER_POOLS: settings.WORKER_POOLS ?? [],
    WORKER_ROLES: settings.WORKER_ROLES ?? [],
    tls: isDeployed(settings),
    pools: poolSettings(overrides, { laptop: !isDeployed(settings), concurrency: settings.WORKER_CONCURRENCY }),
  };
}

const isDeployed = (settings: Settings) => settings.APP_ENV === 'staging' || settings.APP_ENV === 'production';

function missing(kind: ProcessKind, settings: Settings): string[] {
  const needed: [boolean, keyof Settings][] = [
    [kind !== 'migrate', 'DATABASE_URL'],
    [kind === 'migrate', 'DATABASE_OWNER_URL'],
    [kind !== 'migrate', 'SECRET_KEY'],
    [kind !== 'migrate' && settings.QUEUE_BACKEND === 'redis', 'REDIS_URL'],
    [kind === 'api' || (settings.WORKER_POOLS ?? []).includes('audio'), 'S3_BUCKET_NAME'],
    [(settings.WORKER_POOLS ?? []).includes('push'), 'FIREBASE_CREDENTIALS'],
    [(settings.WORKER_POOLS ?? []).includes('mail'), 'SMTP_URL'],
  ];
  const absent = needed
    .filter(([isNeeded, name]) => isNeeded && settings[name] === undefined)
    .map(([, name]) => `${name} is missing`);
  const idle = kind === 'worker' && !settings.WORKER_POOLS?.length && !settings.WORKER_ROLES?.length;
  return idle
    ? [...absent, 'WORKER_POOLS and WORKER_ROLES are both empty: there is nothing to run (--pools, --roles)']
    : absent;
}

function unsafe(settings: Settings): string[] {
  if (!isDeployed(settings)) return [];
  const problems: string[] = [];
  if (settings.QUEUE_BACKEND === 'redis' && settings.REDIS_URL && !settings.REDIS_URL.startsWith('rediss://')) {
    problems.push(`REDIS_URL must be rediss:// in ${settings.APP_ENV}`);
  }
  for (const name of ['DATABASE_URL', 'DATABASE_OWNER_URL'] as const) {
    if (settings[name] && /sslmode=(disable|allow|prefer)/.test(settings[name])) {
      problems.push(`${name} must not switch TLS off in ${settings.APP_ENV}`);
    }
  }
  if (settings.STAND_INS_URL) problems.push(`STAND_INS_URL is not for ${settings.APP_ENV}`);
  return problems;
}

/** The process's environment; in development over what a `.env` file says. */
function currentEnvironment(): Environment {
  const deployed = process.env['APP_ENV'];
  if (deployed !== undefined && deployed !== 'development') return process.env;
  try {
    return { ...parseEnv(readFileSync('.env', 'utf8')), ...process.env };
  } catch {
    return process.env;
  }
}

/** An empty variable is one that was not set. */
const withoutEmpty = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));

function withSecretFiles(env: Environment, problems: string[]): Environment {
  const read: Record<string, string> = {};
  for (const name of SECRETS) {
    const path = env[`${name}_FILE`];
    if (path === undefined) continue;
    try {
      read[name] = readFileSync(path, 'utf8').trim();
    } catch {
      problems.push(`${name}_FILE cannot be read`);
    }
  }
  return { ...env, ...read };
}

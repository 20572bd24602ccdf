import { LOCAL_URL, type SettingName, type Settings } from './settings.ts';

/** What a process must be told before it can start. */
export type ProcessKind = 'api' | 'worker' | 'migrate' | 'ops';

/** Settings that were readable; one that was not is absent and has its own problem already. */
export type Readable = Partial<Settings>;

export const isDeployed = ({ APP_ENV }: Readable): boolean => APP_ENV === 'staging' || APP_ENV === 'production';

/** Names of settings without which this process cannot do its work. */
export function requiredSettings(kind: ProcessKind, settings: Readable): SettingName[] {
  // Taken for development, a forgotten APP_ENV would switch TLS off in production.
  if (kind === 'migrate') return ['APP_ENV', 'DATABASE_OWNER_URL'];
  // It only speaks to the operator's listener.
  if (kind === 'ops') return [];
  const runs = (pool: string) => kind === 'worker' && (settings.WORKER_POOLS ?? []).some((name) => name === pool);
  const needed: [SettingName, boolean][] = [
    ['APP_ENV', true],
    ['DATABASE_URL', true],
    ['SECRET_KEY', true],
    ['REDIS_URL', settings.QUEUE_BACKEND === 'redis'],
    ['S3_BUCKET_NAME', kind === 'api' || runs('audio')],
    ['FIREBASE_CREDENTIALS', runs('push')],
    ['SMTP_URL', runs('mail')],
    ['PUBLIC_URL', isDeployed(settings) && (kind === 'api' || runs('mail'))],
  ];
  return needed.filter(([, isNeeded]) => isNeeded).map(([name]) => name);
}

/** What is wrong with settings that are each readable by themselves. */
export function contradictions(kind: ProcessKind, settings: Readable): string[] {
  return [
    ...(isDeployed(settings) ? unsafe(settings) : []),
    ...halfGiven(settings),
    ...ambiguousIssuer(settings),
    ...idle(kind, settings),
  ];
}

/** Staging and production: nothing travels in the clear, and nothing of the embedded system is there. */
function unsafe(settings: Readable): string[] {
  const {
    APP_ENV,
    DATABASE_URL,
    DATABASE_OWNER_URL,
    REDIS_URL,
    QUEUE_BACKEND,
    PUBLIC_URL,
    AUTH_ISSUER,
    AUTH_JWKS_URL,
  } = settings;
  const where = `in ${APP_ENV}`;
  const problems: [boolean, string][] = [
    [switchesTlsOff(DATABASE_URL), `DATABASE_URL switches TLS or its checks off, which is not allowed ${where}`],
    [
      switchesTlsOff(DATABASE_OWNER_URL),
      `DATABASE_OWNER_URL switches TLS or its checks off, which is not allowed ${where}`,
    ],
    [
      QUEUE_BACKEND === 'redis' && REDIS_URL !== undefined && !REDIS_URL.startsWith('rediss:'),
      `REDIS_URL must begin with rediss:// ${where} (TLS)`,
    ],
    [
      PUBLIC_URL !== LOCAL_URL && PUBLIC_URL?.startsWith('http:') === true,
      `PUBLIC_URL must begin with https:// ${where}`,
    ],
    [
      [AUTH_ISSUER, AUTH_JWKS_URL].some((url) => url?.startsWith('http:')),
      `AUTH_ISSUER and AUTH_JWKS_URL must begin with https:// ${where}`,
    ],
    [settings.STAND_INS_URL !== undefined, `STAND_INS_URL is not allowed ${where}`],
    [settings.PEER_METRICS_URL !== undefined, `PEER_METRICS_URL is not allowed ${where}`],
  ];
  return problems.filter(([isWrong]) => isWrong).map(([, problem]) => problem);
}

/** Without such parameters the driver is told to encrypt and to check the certificate. */
function switchesTlsOff(databaseUrl: string | undefined): boolean {
  if (databaseUrl === undefined) return false;
  const { searchParams } = new URL(databaseUrl);
  const mode = searchParams.get('sslmode');
  const ssl = searchParams.get('ssl');
  const checks = mode === null || ['require', 'verify-ca', 'verify-full'].includes(mode);
  return !checks || (ssl !== null && !['true', '1'].includes(ssl)) || searchParams.has('uselibpqcompat');
}

function halfGiven(settings: Readable): string[] {
  const pairs: [SettingName, SettingName][] = [
    ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
    ['AUTH_ISSUER', 'AUTH_JWKS_URL'],
  ];
  return pairs
    .filter(([one, other]) => (settings[one] === undefined) !== (settings[other] === undefined))
    .map(([one, other]) => `${one} and ${other} go together: set both or neither`);
}

/** The issuer a token names decides who checks it. */
const ambiguousIssuer = ({ AUTH_ISSUER, PUBLIC_URL }: Readable): string[] =>
  AUTH_ISSUER !== undefined && AUTH_ISSUER === PUBLIC_URL
    ? ['AUTH_ISSUER must not be PUBLIC_URL, which issues our own tokens']
    : [];

const idle = (kind: ProcessKind, { WORKER_POOLS, WORKER_ROLES }: Readable): string[] =>
  kind === 'worker' && WORKER_POOLS?.length === 0 && WORKER_ROLES?.length === 0
    ? ['WORKER_POOLS and WORKER_ROLES are both empty: there is nothing to run (--pools, --roles)']
    : [];

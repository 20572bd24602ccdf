import type { PoolName } from '../../ledger/contract.ts';
import type { ScalingSettings } from '../../scaling/policy.ts';
import { limitRules, type Rules } from '../limits/rules.ts';
import { ConfigError } from './config-error.ts';
import { currentEnvironment, type Environment, resolveEnvironment } from './environment.ts';
import { invertedBounds, poolSettings } from './pool-settings.ts';
import { contradictions, isDeployed, type ProcessKind, type Readable, requiredSettings } from './requirements.ts';
import { type SettingName, Settings } from './settings.ts';

export type Config = Omit<Settings, 'POOLS' | 'RATE_LIMITS' | 'DATABASE_URL' | 'SECRET_KEY'> & {
  readonly kind: ProcessKind;
  /** Of the process's own role; for `migrate`, of the owner. */
  readonly DATABASE_URL: string;
  readonly SECRET_KEY: string;
  readonly pools: Readonly<Record<PoolName, ScalingSettings>>;
  readonly limits: Rules;
  /** Staging and production: connections are encrypted and certificates checked. */
  readonly tls: boolean;
};

/**
 * Reads and checks the environment. Throws one `ConfigError` that lists everything wrong; it never quotes a secret.
 * What `over` sets goes before `env`: command-line flags that stand for a variable.
 */
export function loadConfig(kind: ProcessKind, over: Environment = {}, env: Environment = currentEnvironment()): Config {
  const { values, problems: unreadable } = resolveEnvironment({ ...env, ...definedIn(over) });
  const { readable, problems: malformed } = readSettings(values);
  const missing = requiredSettings(kind, readable)
    .filter((name) => values[name] === undefined && !unreadable.some((problem) => problem.startsWith(`${name}_FILE`)))
    .map((name) => `${name} is missing`);
  const deployed = isDeployed(readable);
  const pools = poolSettings(readable.POOLS ?? {}, { laptop: !deployed, concurrency: readable.WORKER_CONCURRENCY });
  const problems = [
    ...unreadable,
    ...malformed,
    ...missing,
    ...contradictions(kind, readable),
    ...invertedBounds(pools),
  ];
  if (problems.length > 0) throw new ConfigError(problems);

  const { POOLS: _resolved, RATE_LIMITS, ...settings } = Settings.parse(values);
  return {
    ...settings,
    kind,
    DATABASE_URL: (kind === 'migrate' ? settings.DATABASE_OWNER_URL : settings.DATABASE_URL) ?? '',
    SECRET_KEY: settings.SECRET_KEY ?? '',
    tls: deployed,
    pools,
    limits: limitRules(RATE_LIMITS, { oneMachine: !deployed }),
  };
}

const definedIn = (over: Environment): Environment =>
  Object.fromEntries(Object.entries(over).filter(([, value]) => value !== undefined));

/** Each by itself, so that one unreadable setting hides no problem of another. */
function readSettings(values: Readonly<Record<string, string>>): { readable: Readable; problems: string[] } {
  const readable: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const name of Object.keys(Settings.shape) as SettingName[]) {
    const read = Settings.shape[name].safeParse(values[name]);
    if (read.success) readable[name] = read.data;
    else {
      for (const { path, message } of read.error.issues) {
        const place = path.filter((part) => typeof part === 'string').join('.');
        problems.push(place === '' ? `${name} ${message}` : `${name}: ${place} ${message}`);
      }
    }
  }
  return { readable: readable as Readable, problems };
}

import { fileURLToPath } from 'node:url';
import { POOLS, type PoolName } from '../../../shared/ledger/contract.ts';
import { openDatabase } from '../../../shared/platform/database/database.ts';
import { poolSizes } from '../../../shared/scaling/desired-workers.ts';
import { type ChildProcess, startChild } from './child-process.ts';
import { startLocalConsole } from './local-console.ts';
import { type Parts, startParts } from './parts.ts';
import { type Supervisor, superviseLocally } from './supervisor.ts';

export type System = {
  apiUrl: string;
  opsUrl: string;
  parts: Parts;
  api: ChildProcess;
  supervisor: Supervisor;
  /** Ends every process and part this started, in order. */
  stop(): Promise<void>;
};

export type SystemOptions = {
  /** Kept between runs; without it everything is temporary. */
  directory?: string;
  /** Settings over ours, as in the environment; a part named here is used instead of its embedded one. */
  env?: Readonly<Record<string, string | undefined>>;
  /** 0 = any free one. */
  port?: number;
  opsPort?: number;
  output?: 'inherit' | number;
  onScale?: (change: { pool: PoolName; workers: number }) => void;
  /** Told what is being started, for a progress bar. */
  onStep?: (step: string) => void;
};

const REDIRECT = fileURLToPath(new URL('../stand-ins/fcm/redirect.ts', import.meta.url));

/** The whole of Amira on one machine: the same processes as in production, with embedded parts around them. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { directory, port = 0, opsPort = 0, output = 'inherit', onScale, onStep } = options;
  const given = definedOf(options.env ?? {});
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    onStep?.('PostgreSQL and the stand-ins');
    const parts = await startParts({ ...(directory ? { directory } : {}), env: given });
    stops.push(() => parts.stop());

    let workers: () => readonly ChildProcess[] = () => [];
    const console = await startLocalConsole({ fcm: parts.fcm, smtp: parts.smtp, workers: () => workers() });
    stops.push(() => console.stop());

    const shared = { APP_ENV: 'development', QUEUE_BACKEND: 'postgres', LOG_LEVEL: 'info', ...parts.env, ...given };
    const startWorker = (pools: readonly PoolName[], roles: string) =>
      startChild({
        entry: 'workers/main.ts',
        args: ['--pools', pools.join(','), ...(roles ? ['--roles', roles] : [])],
        env: { ...shared, DATABASE_URL: parts.urls.worker, OPS_PORT: '0' },
        output,
        ...(parts.fcm ? { imports: [REDIRECT] } : {}),
      });
    onStep?.('the api and the workers');
    const [api, base] = await Promise.all([
      startChild({
        entry: 'api/main.ts',
        env: {
          ...shared,
          DATABASE_URL: parts.urls.api,
          PORT: String(port),
          OPS_PORT: String(opsPort),
          STAND_INS_URL: console.url,
          PEER_METRICS_URL: `${console.url}/metrics`,
        },
        output,
      }).then((child) => ended(child, stops)),
      startWorker(POOLS, 'relay,scheduler,autoscaler').then((child) => ended(child, stops)),
    ]);

    const database = await openDatabase({
      url: parts.urls.worker,
      applicationName: 'amira-supervisor',
      maxConnections: 1,
      queryTimeoutMs: 5_000,
      connectTimeoutMs: 5_000,
      tls: false,
    });
    const supervisor = superviseLocally({
      base,
      startWorker: (pool) => startWorker([pool], ''),
      sizes: () => poolSizes(database),
      ...(onScale ? { onChange: onScale } : {}),
    });
    workers = supervisor.children;
    stops.push(
      () => database.close(),
      () => supervisor.close(),
    );
    const host = given['OPS_HOST'] ?? '127.0.0.1';
    return {
      apiUrl: `http://127.0.0.1:${api.ports.port}`,
      opsUrl: `http://${host}:${api.ports.opsPort}`,
      parts,
      api,
      supervisor,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function ended(child: ChildProcess, stops: (() => Promise<unknown>)[]): ChildProcess {
  stops.push(() => child.end());
  return child;
}

const definedOf = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );

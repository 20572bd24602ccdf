import { fileURLToPath } from 'node:url';
import { POOLS, type PoolName } from '../../../shared/ledger/contract.ts';
import { openDatabase } from '../../../shared/platform/database/database.ts';
import { poolSizes } from '../../../shared/scaling/desired-workers.ts';
import { type ChildProcess, startChild } from './child-process.ts';
import { type KeptAlive, keepAlive } from './kept-alive.ts';
import { startLocalConsole } from './local-console.ts';
import { type Parts, startParts } from './parts.ts';
import { type Supervisor, superviseLocally } from './supervisor.ts';

export type System = {
  apiUrl: string;
  opsUrl: string;
  parts: Parts;
  /** The process that is the API now; another one after a restart. */
  readonly api: ChildProcess;
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
  /** Told of a process that ended by itself and is started again. */
  onRestart?: (ended: { process: string; code: number }) => void;
  onScale?: (change: { pool: PoolName; workers: number }) => void;
  /** Told what is being started, for a progress bar. */
  onStep?: (step: string) => void;
  /** Aborted before the processes start, none of them does: what has started by then is stopped, and this fails. */
  signal?: AbortSignal | undefined;
};

const REDIRECT = fileURLToPath(new URL('../stand-ins/fcm/redirect.ts', import.meta.url));

/** The whole of Amira on one machine: the same processes as in production, with embedded parts around them. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { directory, port = 0, opsPort = 0, output = 'inherit', onScale, onRestart, onStep, signal } = options;
  const given = definedOf(options.env ?? {});
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    onStep?.('PostgreSQL and the stand-ins');
    const parts = await startParts({ ...(directory ? { directory } : {}), env: given });
    stops.push(() => parts.stop());
    signal?.throwIfAborted();

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
    const startApi = (apiPort: number, apiOpsPort: number) =>
      startChild({
        entry: 'api/main.ts',
        env: {
          ...shared,
          DATABASE_URL: parts.urls.api,
          PORT: String(apiPort),
          OPS_PORT: String(apiOpsPort),
          STAND_INS_URL: console.url,
          PEER_METRICS_URL: `${console.url}/metrics`,
        },
        output,
      });
    const ended = (kept: KeptAlive) => {
      stops.push(() => kept.end());
      return kept;
    };
    const restarted = (name: string) => (code: number) => onRestart?.({ process: name, code });
    onStep?.('the api and the workers');
    const [api, base] = await allStarted([
      // Started again, it keeps the ports that phones and operators know.
      keepAlive((last) => startApi(last?.ports.port ?? port, last?.ports.opsPort ?? opsPort), restarted('api')).then(
        ended,
      ),
      keepAlive(() => startWorker(POOLS, 'relay,scheduler,autoscaler'), restarted('worker')).then(ended),
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
      apiUrl: `http://127.0.0.1:${api.current.ports.port}`,
      opsUrl: `http://${host}:${api.current.ports.opsPort}`,
      parts,
      get api() {
        return api.current;
      },
      supervisor,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for each of them even if another fails: one that is still starting could not be stopped. */
async function allStarted<Started>(starts: [Promise<Started>, Promise<Started>]): Promise<[Started, Started]> {
  await Promise.allSettled(starts);
  return Promise.all(starts);
}

const definedOf = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );

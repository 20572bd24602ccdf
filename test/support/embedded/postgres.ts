import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { rolesSql } from '../../../shared/platform/database/roles.ts';
import { onPort } from './free-port.ts';
import { type GuardedProcess, startGuarded } from './guarded-process.ts';
import { type PostgresBinaries, postgresBinaries, temporaryFolder } from './postgres-binaries.ts';
import { clusterExists, createCluster, dataDirectory, readCredentials, releaseStaleLock } from './postgres-cluster.ts';

/** What each role signs in with; see `shared/platform/database/roles.ts`. */
export type DatabaseUrls = { owner: string; api: string; worker: string };

export type EmbeddedPostgres = {
  port: number;
  /** The server's process; another one after `restart`. */
  readonly pid: number;
  /** For tests and set-up only: row-level security does not bind a superuser. */
  superuserUrl: string;
  /** The same, of a database. */
  superuserUrlOf(database: string): string;
  urls(database: string): DatabaseUrls;
  /** Made for `owner`, a copy of `template` if given; nobody may be connected to the template meanwhile. */
  createDatabase(name: string, template?: string): Promise<void>;
  /** Ends every session of the database first. Absent is fine. */
  dropDatabase(name: string): Promise<void>;
  hasDatabase(name: string): Promise<boolean>;
  kill(signal: NodeJS.Signals): void;
  /** Starts it again on the same port, whether it was killed, has ended or still runs. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export type PostgresOptions = {
  /** Where the cluster lives when `persistent`; made on first use. */
  directory?: string;
  /** 0 takes a free one. */
  port?: number;
  /** Otherwise the cluster is temporary and goes with the server. */
  persistent?: boolean;
  /** `false` gives up surviving a crash of the machine for speed; for tests that measure neither. */
  durable?: boolean;
  /** How long to wait for a server that still serves the directory but is about to end. */
  patienceMs?: number;
  /** Server settings over ours, as in postgresql.conf. */
  settings?: Readonly<Record<string, string>>;
};

/** A real PostgreSQL 18 on the loopback, with Amira's roles. It ends when we do, however we do. */
export async function startPostgres(options: PostgresOptions = {}): Promise<EmbeddedPostgres> {
  const place = await findPlace(options);
  try {
    return await startAt(place, options);
  } catch (error) {
    await place.abandon();
    throw error;
  }
}

async function startAt(
  place: Place,
  { durable = true, port: wanted = 0, patienceMs = 10_000, settings }: PostgresOptions,
): Promise<EmbeddedPostgres> {
  const binaries = await postgresBinaries(place.directory, place.scratch);
  if (!(await clusterExists(place.directory))) {
    await createCluster(place.directory, binaries, { sync: durable && place.persistent, temporary: place.temporary() });
  }
  const credentials = await readCredentials(place.directory);

  const serve = async (port: number): Promise<GuardedProcess> => {
    await releaseStaleLock(place.directory, patienceMs);
    return startServer({ ...place, binaries, port, settings: settingsOf(durable, settings) });
  };
  const first = await onPort(wanted, serve);
  const { port } = first;
  let { server } = first;

  const url = (user: string, password: string, database: string) =>
    `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
  const superuserUrl = url('postgres', credentials.superuser, 'postgres');
  try {
    await query(superuserUrl, rolesSql(credentials));
  } catch (error) {
    await server.end();
    throw error;
  }

  return {
    port,
    get pid() {
      return server.pid;
    },
    superuserUrl,
    superuserUrlOf: (database) => url('postgres', credentials.superuser, database),
    urls: (database) => ({
      owner: url('owner', credentials.owner, database),
      api: url('app_api', credentials.api, database),
      worker: url('app_worker', credentials.worker, database),
    }),
    async createDatabase(name, template) {
      const from = template === undefined ? '' : ` TEMPLATE ${escapeIdentifier(template)}`;
      await query(superuserUrl, `CREATE DATABASE ${escapeIdentifier(name)} OWNER owner${from}`);
    },
    async dropDatabase(name) {
      await query(superuserUrl, `DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
    },
    async hasDatabase(name) {
      return (await query(superuserUrl, 'SELECT FROM pg_database WHERE datname = $1', [name])) > 0;
    },
    kill: (signal) => server.kill(signal),
    async restart() {
      await server.end({ keepDirectories: true });
      server = await serve(port);
    },
    stop: () => server.end(),
  };
}

type Place = {
  directory: string;
  persistent: boolean;
  /** The temporary directory that goes with the server, if there is one. */
  temporary: () => readonly string[];
  scratch: () => Promise<string>;
  abandon: () => Promise<void>;
};

async function findPlace({ directory, persistent = directory !== undefined }: PostgresOptions): Promise<Place> {
  let temporary: string | undefined;
  const scratch = async () => {
    if (temporary === undefined) {
      temporary = await mkdtemp(join(await temporaryFolder(), 'amira-postgres-'));
      await chmod(temporary, 0o711);
    }
    return temporary;
  };
  const place = persistent && directory !== undefined ? resolve(directory) : join(await scratch(), 'cluster');
  await mkdir(dirname(place), { recursive: true });
  const abandon = async () => {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  };
  return {
    directory: place,
    persistent,
    temporary: () => (temporary === undefined ? [] : [temporary]),
    scratch,
    abandon,
  };
}

type ServerOptions = Place & { binaries: PostgresBinaries; port: number; settings: Record<string, string> };

async function startServer(options: ServerOptions): Promise<GuardedProcess> {
  const { directory, persistent, temporary, binaries, port, settings } = options;
  const server = await startGuarded({
    command: [
      'env',
      ...binaries.prefix,
      binaries.postgres,
      '-D',
      dataDirectory(directory),
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    endSignal: 'INT',
    // Writing everything to the disk takes seconds, and would be for nothing.
    ...(persistent ? {} : { discardSignal: 'QUIT' }),
    directories: temporary(),
  });
  await server.ready(/database system is ready to accept connections/);
  return server;
}

const settingsOf = (durable: boolean, over: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  // Two for each month of check-ins there may be.
  max_locks_per_transaction: '1024',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  ...over,
});

async function query(connectionString: string, sql: string, values?: readonly unknown[]): Promise<number> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const result = await client.query(sql, values === undefined ? undefined : [...values]);
    return result.rowCount ?? 0;
  } finally {
    await client.end();
  }
}

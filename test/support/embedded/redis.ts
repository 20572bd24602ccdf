import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onPort } from './free-port.ts';
import { type GuardedProcess, startGuarded } from './guarded-process.ts';
import { findRedisServer } from './redis-server.ts';

export type EmbeddedRedis = {
  url: string;
  port: number;
  /** The server's process; another one after `restart`. */
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Starts it again on the same port and directory, whether it was killed, has ended or still runs. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export type RedisOptions = {
  /** 0 takes a free one. */
  port?: number;
  /** Where it keeps its files; otherwise a temporary one that goes with the server. */
  directory?: string;
  /** Settings over ours, as in redis.conf: `{ appendonly: 'yes', maxmemory: '64mb' }`. */
  config?: Readonly<Record<string, string>>;
};

/** A real redis-server on the loopback, with the policy that queues need and no persistence. It ends when we do. */
export async function startRedis(options: RedisOptions = {}): Promise<EmbeddedRedis> {
  const program = await findRedisServer();
  const temporary = options.directory === undefined ? await mkdtemp(join(tmpdir(), 'amira-redis-')) : undefined;
  const directory = temporary ?? resolve(options.directory ?? '.');
  await mkdir(directory, { recursive: true });
  const config = {
    bind: '127.0.0.1',
    'maxmemory-policy': 'noeviction',
    appendonly: 'no',
    save: '',
    databases: '512',
    ...options.config,
    dir: directory,
  };
  const settings = Object.entries(config).flatMap(([name, value]) => [`--${name}`, value]);

  const serve = async (port: number): Promise<GuardedProcess> => {
    const server = await startGuarded({
      command: [program, '--port', String(port), ...settings],
      endSignal: 'TERM',
      directories: temporary === undefined ? [] : [temporary],
    });
    await server.ready(/Ready to accept connections/);
    return server;
  };

  const first = await onPort(options.port ?? 0, serve).catch(async (error) => {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    throw error;
  });
  const { port } = first;
  let { server } = first;
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return server.pid;
    },
    kill: (signal) => server.kill(signal),
    async restart() {
      await server.end({ keepDirectories: true });
      server = await serve(port);
    },
    stop: () => server.end(),
  };
}

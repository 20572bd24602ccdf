import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { startPostgres } from '../../support/embedded/postgres.ts';
import { startRedis } from '../../support/embedded/redis.ts';

/** Where the servers under test make their temporary directories, so that what is left behind can be seen. */
let folder: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amira-embedded-'));
  await chmod(folder, 0o755);
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** A process that starts servers with `script`, prints what that returns, and stays. */
async function starter(script: string): Promise<{ child: ChildProcess; printed: () => Promise<string> }> {
  const support = join(process.cwd(), 'test/support/embedded');
  const source = `
    const { startPostgres } = await import('${support}/postgres.ts');
    const { startRedis } = await import('${support}/redis.ts');
    console.log('starting');
    ${script}
    setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  const printed = async () => String((await lines.next()).value);
  expect(await printed()).toBe('starting');
  return { child, printed };
}

async function killed(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Bounded waiting for what another process does without telling. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('It did not happen within 10 s.');
    await pause(20);
  }
}

const isEmpty = async (path: string) => (await readdir(path)).length === 0;

const answers = async (url: string, sql: string) => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('servers whose starter is killed', () => {
  it('end, and their temporary directories go', async () => {
    const { child, printed } = await starter(`
      const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
      console.log(JSON.stringify([postgres.pid, redis.pid]));`);
    const pids: number[] = JSON.parse(await printed());
    expect(pids.every(isAlive)).toBe(true);
    child.kill('SIGKILL');
    await until(() => !pids.some(isAlive));
    await until(() => isEmpty(folder));
  });

  it.each([0, 150, 300, 450])('leave no half-written data directory, killed %d ms into the first start', async (ms) => {
    const directory = join(folder, 'data', 'postgres');
    const { child } = await starter(`startPostgres({ directory: '${directory}' }).then(() => console.log('up'));`);
    await pause(ms);
    await killed(child);
    await until(async () => {
      const left = existsSync(join(folder, 'data')) ? await readdir(join(folder, 'data')) : [];
      return left.every((name) => name === 'postgres');
    });
    const postgres = await startPostgres({ directory });
    await postgres.stop();
  });
});

describe('an embedded PostgreSQL', () => {
  it('keeps its data and passwords in its directory, whatever happened to the last one', async () => {
    const directory = join(folder, 'postgres');
    const { child, printed } = await starter(`
      const postgres = await startPostgres({ directory: '${directory}' });
      await postgres.createDatabase('kept');
      console.log(postgres.urls('kept').owner);`);
    const before = new URL(await printed());
    await killed(child);

    const postgres = await startPostgres({ directory });
    try {
      expect(await postgres.hasDatabase('kept')).toBe(true);
      expect(new URL(postgres.urls('kept').owner).password).toBe(before.password);
    } finally {
      await postgres.stop();
    }
  });

  it('starts although its old number now belongs to another program', async () => {
    const directory = join(folder, 'postgres');
    await (await startPostgres({ directory })).stop();
    await writeFile(join(directory, 'data', 'postmaster.pid'), `${process.pid}\n`);
    const postgres = await startPostgres({ directory });
    await postgres.stop();
  });

  it('is refused a directory that another one serves', async () => {
    const directory = join(folder, 'postgres');
    const postgres = await startPostgres({ directory });
    try {
      await expect(startPostgres({ directory, patienceMs: 200 })).rejects.toThrow(/already serves/);
    } finally {
      await postgres.stop();
    }
  });

  it('is durable unless told otherwise, and lets nobody in who is above row-level security', async () => {
    const postgres = await startPostgres();
    try {
      await postgres.createDatabase('one');
      expect(await answers(postgres.superuserUrl, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
      const roles = "SELECT rolname FROM pg_roles WHERE rolname IN ('owner','app_api','app_worker','planner')";
      expect(await answers(postgres.superuserUrl, `${roles} AND NOT rolsuper AND NOT rolbypassrls`)).toHaveLength(4);
      await expect(answers(postgres.urls('one').api, 'CREATE TABLE mine ()')).rejects.toThrow(/permission denied/);
    } finally {
      await postgres.stop();
    }
  });

  it('comes back on its port with its data after being killed', async () => {
    const postgres = await startPostgres();
    try {
      await postgres.createDatabase('kept');
      const { pid, port } = postgres;
      postgres.kill('SIGKILL');
      await postgres.restart();
      expect(postgres.pid).not.toBe(pid);
      expect(postgres.port).toBe(port);
      expect(await postgres.hasDatabase('kept')).toBe(true);
      await postgres.dropDatabase('kept');
      expect(await postgres.hasDatabase('kept')).toBe(false);
    } finally {
      await postgres.stop();
    }
  });
});

describe('an embedded Redis', () => {
  it('evicts nothing, and comes back on its port with what it was told to keep', async () => {
    const redis = await startRedis({ config: { appendonly: 'yes', appendfsync: 'always' } });
    const client = new Redis(redis.url, { lazyConnect: true });
    try {
      expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
      await client.set('key', 'value');
      redis.kill('SIGKILL');
      await redis.restart();
      expect(await client.get('key')).toBe('value');
    } finally {
      client.disconnect();
      await redis.stop();
    }
  });

  it('says why when it cannot start', async () => {
    const redis = await startRedis();
    try {
      await expect(startRedis({ port: redis.port })).rejects.toThrow(/[Aa]ddress already in use/);
    } finally {
      await redis.stop();
    }
  });
});

it('the credentials of a cluster are for its owner alone', async () => {
  const directory = join(folder, 'postgres');
  await (await startPostgres({ directory })).stop();
  const { superuser } = JSON.parse(await readFile(join(directory, 'credentials.json'), 'utf8'));
  expect(superuser).toMatch(/^[\w-]{32}$/);
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyDatabase, type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type EmbeddedRedis, startRedis } from '../support/embedded/redis.ts';
import { runProject, startProject } from '../support/project-process.ts';
import { makeScratch } from '../support/scratch.ts';
import { until } from '../support/until.ts';

let migrated: FreshDatabase;
let empty: FreshDatabase;
let evicting: EmbeddedRedis;
let occupant: Server;
let taken: number;

beforeAll(async () => {
  [migrated, empty, evicting] = await Promise.all([
    freshDatabase(),
    emptyDatabase(),
    startRedis({ config: { 'maxmemory-policy': 'allkeys-lru', requirepass: 'hush' } }),
  ]);
  occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  taken = (occupant.address() as AddressInfo).port;
});
afterAll(async () => {
  occupant?.close();
  await Promise.all([migrated?.drop(), empty?.drop(), evicting?.stop()]);
});

const SECRET_KEY = 'a secret of the tests, of thirty-two characters';
const settings = {
  APP_ENV: 'test',
  LOG_LEVEL: 'silent',
  OPS_PORT: '0',
  PORT: '0',
  SECRET_KEY,
  S3_BUCKET_NAME: 'bucket',
};

/** What it says as it refuses to start; that it exits 78, says nothing else and shows no stack goes for every case. */
async function refusal(command: readonly string[], env: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await runProject(command, { env });
  expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
  expect(stderr).not.toMatch(/^\s*at |node:internal|Warning/m);
  return stderr;
}
const worker = (env: Record<string, string> = {}, pools = 'streaks', ...more: string[]) =>
  refusal(['workers/main.ts', '--pools', pools, ...more], { ...settings, DATABASE_URL: migrated.urls.worker, ...env });
const api = (env: Record<string, string> = {}) =>
  refusal(['api/main.ts'], { ...settings, DATABASE_URL: migrated.urls.api, ...env });

const unusable = (...problems: string[]) =>
  `The configuration is not usable:\n${problems.map((problem) => `  - ${problem}\n`).join('')}`;
const placeOf = (url: string) => `${new URL(url).host}${new URL(url).pathname}`;

describe('a worker refuses to start', () => {
  it('with a pool or a role there is none of', async () => {
    expect(await worker({}, 'streaks,nope', '--roles', 'boss')).toBe(
      unusable(
        'WORKER_POOLS names "nope", which is none of audio, trends, streaks, achievements, push, mail, housekeeping',
        'WORKER_ROLES names "boss", which is none of relay, scheduler, autoscaler',
      ),
    );
  });

  it('with an option there is none of', async () => {
    expect(await worker({}, 'streaks', '--rolls', 'relay')).toBe(unusable("Unknown option '--rolls'"));
  });

  it('with nothing to do and nothing to do it with, naming all of that at once', async () => {
    expect(await refusal(['workers/main.ts'], {})).toBe(
      unusable(
        'APP_ENV is missing',
        'DATABASE_URL is missing',
        'SECRET_KEY is missing',
        'WORKER_POOLS and WORKER_ROLES are both empty: there is nothing to run (--pools, --roles)',
      ),
    );
  });

  it('without what its pools send to', async () => {
    expect(await worker({ S3_BUCKET_NAME: '' }, 'audio,push,mail')).toBe(
      unusable('S3_BUCKET_NAME is missing', 'FIREBASE_CREDENTIALS is missing', 'SMTP_URL is missing'),
    );
  });

  it('on a Redis that would throw work away', async () => {
    const url = Object.assign(new URL(evicting.url), { password: 'hush' }).href;
    expect(await worker({ QUEUE_BACKEND: 'redis', REDIS_URL: url })).toMatch(
      /^Cannot start: Redis must run with maxmemory-policy noeviction, not allkeys-lru.*\n$/,
    );
  });

  it('on a Redis that is away, or does not let it in', async () => {
    const on = (url: string) => worker({ QUEUE_BACKEND: 'redis', REDIS_URL: url });
    const [away, closed] = await Promise.all([on('redis://127.0.0.1:1'), on(evicting.url)]);
    expect(away).toMatch(/^Cannot start: Redis at 127\.0\.0\.1:1 cannot be used: connect ECONNREFUSED.*\n$/);
    expect(closed).toMatch(/^Cannot start: Redis at 127\.0\.0\.1:\d+ cannot be used: NOAUTH.*\n$/);
  });

  it('on a database that is away', async () => {
    expect(await worker({ DATABASE_URL: 'postgresql://app_worker:x@127.0.0.1:1/amira' })).toBe(
      'Cannot start: The database at 127.0.0.1:1/amira cannot be reached. (database_unavailable, ECONNREFUSED)\n',
    );
  });

  it('on a database that has none of its tables', async () => {
    expect(await worker({ DATABASE_URL: empty.urls.worker })).toBe(
      unusable(
        `DATABASE_URL names ${placeOf(empty.urls.worker)}, which has no tables of ours yet: run npm run db -- up`,
      ),
    );
  });

  it('as somebody else, above all as one whom row-level security does not bind', async () => {
    const as = (url: string) => worker({ DATABASE_URL: url });
    const [other, superuser] = await Promise.all([as(migrated.urls.api), as(migrated.superuserUrl)]);
    expect(other).toBe(unusable('DATABASE_URL signs in as app_api, which is not app_worker'));
    expect(superuser).toBe(
      unusable('DATABASE_URL signs in as postgres, whom row-level security does not bind: use app_worker'),
    );
  });

  it('with a password the database does not take, which it does not repeat', async () => {
    const url = Object.assign(new URL(migrated.urls.worker), { password: 'forgotten' }).href;
    expect(await worker({ DATABASE_URL: url })).toBe(
      unusable(`DATABASE_URL is refused by ${placeOf(url)}: password authentication failed for user "app_worker"`),
    );
  });

  it('on a port that somebody else has', async () => {
    expect(await worker({ OPS_PORT: String(taken) })).toBe(
      `Cannot start: 127.0.0.1:${taken} cannot be listened on. (cannot_listen, EADDRINUSE)\n`,
    );
  });
});

describe('an api refuses to start', () => {
  it('with several settings that are wrong, naming each and quoting no secret', async () => {
    const said = await api({
      APP_ENV: 'prod',
      PORT: '99999',
      LOG_LEVEL: 'loud',
      POOLS: '{',
      SECRET_KEY: 'too short',
      S3_BUCKET_NAME: '',
    });
    expect(said).toBe(
      unusable(
        'APP_ENV is none of development, staging, production, test',
        'PORT is more than 65535',
        'SECRET_KEY has fewer than 32 characters',
        'POOLS is not JSON',
        'LOG_LEVEL is none of debug, info, warning, warn, error, critical, silent',
        'S3_BUCKET_NAME is missing',
      ),
    );
  });

  it('in production with anything in the clear', async () => {
    const said = await api({
      APP_ENV: 'production',
      DATABASE_URL: `${migrated.urls.api}?sslmode=disable`,
      QUEUE_BACKEND: 'redis',
      REDIS_URL: evicting.url,
      PUBLIC_URL: 'http://api.amira.example',
      STAND_INS_URL: 'http://127.0.0.1:1',
    });
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'PUBLIC_URL', 'STAND_INS_URL'])
      expect(said).toContain(`- ${name} `);
  });

  it('as a worker, or on a database that has none of its tables', async () => {
    const on = (url: string) => api({ DATABASE_URL: url });
    const [other, bare] = await Promise.all([on(migrated.urls.worker), on(empty.urls.api)]);
    expect(other).toContain('signs in as app_worker, which is not app_api');
    expect(bare).toContain('has no tables of ours yet: run npm run db -- up');
  });

  it('on a port that somebody else has', async () => {
    expect(await api({ OPS_PORT: String(taken) })).toBe(
      `Cannot start: 127.0.0.1:${taken} cannot be listened on. (cannot_listen, EADDRINUSE)\n`,
    );
  });
});

it('an api whose database is away starts, says that it is not ready, and ends when asked', async () => {
  const env = { ...settings, LOG_LEVEL: 'info', DATABASE_URL: 'postgresql://app_api:x@127.0.0.1:1/amira' };
  const process = startProject(['api/main.ts'], { env });
  try {
    const opsPort = await until('it listens', () => /"ops_port":(\d+)/.exec(process.stdout)?.[1]);
    const ready = await fetch(`http://127.0.0.1:${opsPort}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ ready: false, database: 'down' });
    expect((await fetch(`http://127.0.0.1:${opsPort}/health/live`)).status).toBe(200);
  } finally {
    process.kill('SIGTERM');
  }
  expect(await process.exited).toEqual({ code: 0, signal: null });
});

it('npm start passes on why it cannot, and leaves nothing running', async () => {
  const scratch = await makeScratch();
  try {
    const env = { ...scratch.env, DATA_DIR: join(scratch.path, 'data'), PORT: '0', OPS_PORT: String(taken) };
    const { code, stderr } = await runProject(['test/support/embedded/start.ts'], { env });
    expect(code).toBe(1);
    expect(stderr).toBe(
      `Cannot start: 127.0.0.1:${taken} cannot be listened on. (cannot_listen, EADDRINUSE)\n` +
        'Amira could not start: api/main.ts ended with code 78 before it was ready\n',
    );
    expect(await scratch.processes()).toEqual([]);
  } finally {
    await scratch.remove();
  }
});

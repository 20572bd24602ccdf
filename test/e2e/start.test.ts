import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { z } from 'zod';
import { POOLS } from '../../shared/ledger/contract.ts';
import { playPhones } from '../demo/play.ts';
import { waitUntilQuiet } from '../demo/verify.ts';
import { apiClient } from '../support/phones/api-client.ts';
import { PASSWORD, type Phone } from '../support/phones/phone.ts';
import { type ProjectProcess, startProject } from '../support/project-process.ts';
import { freshRedis } from '../support/redis.ts';
import { makeScratch, type Scratch } from '../support/scratch.ts';
import { until } from '../support/until.ts';

const START_MS = 60_000;
const MEGABYTE = 1024;
/** V8 gives back what it no longer needs about twenty seconds after the last work. */
const REST_MS = 40_000;

type Amira = { apiUrl: string; opsUrl: string; process: ProjectProcess };

let scratch: Scratch;
let settings: Record<string, string>;
let amira: Amira;
let phones: Phone[];

beforeAll(async () => {
  scratch = await makeScratch();
  settings = {
    ...scratch.env,
    DATA_DIR: join(scratch.path, 'data'),
    PORT: '0',
    OPS_PORT: '0',
    LOG_LEVEL: 'warning',
    QUEUE_BACKEND: 'redis',
    REDIS_URL: (await freshRedis()).url,
  };
  amira = await npmStart();
  const silent = { phase: () => {}, step: () => {} };
  phones = await playPhones(amira, { users: 2, days: 4, seed: 7, exit: false }, silent);
  await waitUntilQuiet(amira, START_MS);
}, 2 * START_MS);
afterAll(async () => {
  await stop();
  await scratch?.remove();
}, START_MS);

async function npmStart(): Promise<Amira> {
  const process = startProject(['test/support/embedded/start.ts'], { env: settings });
  const [, apiUrl = '', opsUrl = ''] = await until(
    'Amira is up',
    () => /API +(\S+)\/docs\n +Operators +(\S+)\/ops/.exec(process.stdout),
    START_MS,
  );
  return { apiUrl, opsUrl, process };
}

async function stop(): Promise<void> {
  amira?.process.kill('SIGTERM');
  expect(await amira?.process.exited).toEqual({ code: 0, signal: null });
  expect(await scratch.processes()).toEqual([]);
}

const ops = async (path: string) => {
  const response = await fetch(`${amira.opsUrl}${path}`);
  expect([path, response.status]).toEqual([path, 200]);
  return response;
};
const json = async (path: string): Promise<unknown> => (await ops(path)).json();

/** The processes that serve and work, by their entry. */
const entries = async () =>
  (await scratch.processes()).flatMap((line) => {
    const [, pid = '', entry = ''] = /^(\d+) .*?((?:api|workers)\/main\.ts)/.exec(line) ?? [];
    return entry ? [{ pid, entry }] : [];
  });

describe('npm start', () => {
  it(
    'runs one api and a worker, each with less than 250 MB after some work',
    async () => {
      const running = await entries();
      expect(new Set(running.map(({ entry }) => entry))).toEqual(new Set(['api/main.ts', 'workers/main.ts']));
      for (const { pid, entry } of running) {
        const resident = async () => {
          const status = await readFile(`/proc/${pid}/status`, 'utf8');
          return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]);
        };
        expect(await resident()).toBeGreaterThan(50 * MEGABYTE);
        // While it starts it holds more: what it compiled, and what the first jobs left for the next collection.
        await until(`${entry} is at rest below 250 MB`, async () => (await resident()) < 250 * MEGABYTE, REST_MS);
      }
    },
    START_MS + REST_MS,
  );

  it('serves the documentation with all it needs, and the document it shows', async () => {
    const page = await fetch(`${amira.apiUrl}/docs`);
    expect(page.status).toBe(200);
    for (const [, path = ''] of (await page.text()).matchAll(/(?:src|href)="([^"#]+)"/g)) {
      expect([path, (await fetch(new URL(path, `${amira.apiUrl}/docs`))).status]).toEqual([path, 200]);
    }
    const document = z
      .looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) })
      .parse(await (await fetch(`${amira.apiUrl}/v1/openapi.json`)).json());
    expect(document.openapi).toMatch(/^3\.1/);
    expect(Object.keys(document.paths)).toContain('/v1/emotions');
  });

  it('shows every queue, on the backend it was told to use', async () => {
    expect((await ops('/ops/queues')).headers.get('content-type')).toContain('text/html');
    const { queues } = z
      .looseObject({ queues: z.array(z.looseObject({ name: z.string(), counts: z.record(z.string(), z.number()) })) })
      .parse(await json('/ops/queues/api/queues'));
    expect(queues.map(({ name }) => name).sort()).toEqual([...POOLS].sort());
    expect(queues.find(({ name }) => name === 'streaks')?.counts['completed']).toBeGreaterThan(0);
  });

  it('answers probes, and says how many workers each pool should have', async () => {
    expect(await json('/health/live')).toEqual({ live: true });
    expect(await json('/health/startup')).toEqual({ started: true });
    expect(await json('/health/ready')).toMatchObject({ ready: true, degraded: false, database: 'up', queue: 'up' });
    const scale = z.record(z.string(), z.int().min(1).max(3)).parse(await json('/scale'));
    expect(Object.keys(scale).sort()).toEqual([...POOLS].sort());
  });

  it('measures everything dashboards rely on, for all its processes', async () => {
    const text = await (await ops('/metrics')).text();
    const declared = new Set([...text.matchAll(/^# TYPE (amira_\S+) /gm)].map(([, name]) => name));
    expect(METRICS.filter((name) => !declared.has(name))).toEqual([]);
    expect(SAMPLES.filter((sample) => !sample.test(text))).toEqual([]);
    for (const pool of POOLS)
      expect(text).toMatch(new RegExp(`^amira_pool_desired_workers\\{pool="${pool}"\\} [1-3]$`, 'm'));
  });

  it('shows what it would have mailed and pushed, the newest first', async () => {
    const [phone] = phones;
    const mails = Mails.parse(await json(`/dev/mails?to=${encodeURIComponent(phone?.story.email ?? '')}`));
    expect(mails.map(({ to }) => to)).toEqual([phone?.story.email]);
    expect(mails[0]?.text.split(/\r?\n/).filter((line) => /^[\w-]{20,}$/.test(line))).toHaveLength(1);

    const token = phone?.story.pushToken ?? '';
    const pushes = await until('its pushes', async () => {
      const sent = Pushes.parse(await json(`/dev/pushes?token=${token}`));
      return sent.length >= 2 ? sent : undefined;
    });
    expect(new Set(pushes.map((push) => push.token))).toEqual(new Set([token]));
    expect(pushes.map(({ at }) => at)).toEqual(
      pushes
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
  });

  it('lets every process sign in as a role that row-level security binds', async () => {
    const credentials = JSON.parse(
      await readFile(join(settings['DATA_DIR'] ?? '', 'postgres/credentials.json'), 'utf8'),
    );
    const lock = await readFile(join(settings['DATA_DIR'] ?? '', 'postgres/data/postmaster.pid'), 'utf8');
    const outside = new Client({
      connectionString: `postgresql://postgres:${credentials.superuser}@127.0.0.1:${lock.split('\n')[3]}/amira`,
    });
    await outside.connect();
    try {
      const { rows } = await outside.query(
        `select distinct usename as name, rolsuper or rolbypassrls as unbound
         from pg_stat_activity join pg_roles on rolname = usename
         where datname = 'amira' and pid <> pg_backend_pid() order by 1`,
      );
      expect(rows).toEqual([
        { name: 'app_api', unbound: false },
        { name: 'app_worker', unbound: false },
      ]);
    } finally {
      await outside.end();
    }
  });

  it(
    'keeps everything that was said to it',
    async () => {
      const before = await Promise.all(phones.map((phone) => told(phone)));
      expect(before[0]?.checkins.length).toBeGreaterThan(2);
      await stop();
      amira = await npmStart();
      expect(await Promise.all(phones.map((phone) => told(phone)))).toEqual(before);
    },
    2 * START_MS,
  );
});

const Items = z.object({ items: z.array(z.unknown()) });
const Mails = z.array(
  z.object({ to: z.string(), subject: z.string(), text: z.string(), html: z.string(), sentAt: z.iso.datetime() }),
);
const Pushes = z.array(
  z.object({ token: z.string(), message: z.unknown(), outcome: z.string(), at: z.iso.datetime() }),
);

/** What a person sees on a phone that signs in for the first time. */
async function told({ story }: Phone) {
  const api = apiClient(amira.apiUrl, story.timeZone);
  const device = { deviceId: 'another', name: 'Another', platform: 'ios' };
  const { body } = await api.expect([200], 'POST', '/v1/auth/login', {
    email: story.email,
    password: PASSWORD,
    device,
  });
  api.signIn(z.looseObject({ accessToken: z.string() }).parse(body).accessToken);
  const list = async (path: string) => Items.parse((await api.expect([200], 'GET', path)).body).items;
  return {
    checkins: await list('/v1/emotions?limit=100'),
    journals: await list('/v1/journals?limit=100'),
    achievements: await list('/v1/progress/achievements'),
    streak: (await api.expect([200], 'GET', '/v1/progress/streak')).body,
  };
}

const METRICS = [
  'amira_http_request_duration_seconds',
  'amira_job_wait_seconds',
  'amira_job_run_seconds',
  'amira_pool_depth',
  'amira_pool_oldest_seconds',
  'amira_pool_workers',
  'amira_pool_desired_workers',
  'amira_ledger_pending',
  'amira_relay_lag_seconds',
  'amira_push_total',
  'amira_breaker_state',
  'amira_auth_failures_total',
  'amira_upload_failures_total',
  'amira_db_query_seconds',
  'amira_db_pool_in_use',
  'amira_db_pool_max',
  'amira_business_total',
  'amira_schedule_last_slot_timestamp',
];

/** Some that only have a value once there was work, here and in the worker processes. */
const SAMPLES = [
  /^amira_http_request_duration_seconds_count\{(?=.*method="POST")(?=.*route="\/v1\/emotions")(?=.*status="201").*\} \d+$/m,
  /^amira_job_run_seconds_count\{(?=.*pool="audio")(?=.*kind="audio.validate")(?=.*outcome="done").*\} \d+$/m,
  /^amira_job_wait_seconds_count\{(?=.*pool="push")(?=.*kind="push.flush")(?=.*outcome="done").*\} \d+$/m,
  /^amira_pool_depth\{(?=.*pool="streaks")(?=.*state="dead").*\} 0$/m,
  /^amira_pool_workers\{pool="streaks"\} 1$/m,
  /^amira_push_total\{(?=.*kind="achievement")(?=.*outcome="sent").*\} \d+$/m,
  /^amira_business_total\{event="checkin"\} \d+$/m,
  /^amira_business_total\{event="signup"\} 2$/m,
  /^amira_db_query_seconds_count\{kind="[^"]+"\} \d+$/m,
  /^amira_schedule_last_slot_timestamp\{schedule="[^"]+"\} \d+/m,
];

import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Listeners, listen } from '../../../api/listeners.ts';
import { compose, type Deps, type Overrides } from '../../../shared/compose.ts';
import { POOLS } from '../../../shared/ledger/contract.ts';
import { loadConfig } from '../../../shared/platform/config/index.ts';
import { transient } from '../../../shared/platform/errors.ts';
import { createMetrics, snapshotMetrics } from '../../../shared/platform/telemetry/metrics.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';

let fresh: FreshDatabase;
let standIns: Server;
let system: { deps: Deps; listeners: Listeners };

beforeAll(async () => {
  fresh = await freshDatabase();
  const peer = createMetrics();
  peer.pushTotal.inc({ kind: 'achievement', outcome: 'accepted' }, 5);
  peer.httpRequestDurationSeconds.observe({ route: '/v1/health', method: 'GET', status: 200 }, 0.01);
  const answers: Record<string, unknown> = {
    '/metrics': [await snapshotMetrics(peer)],
    '/mails?to=a%40example.com': [{ to: 'a@example.com', subject: 's', text: 't', html: 'h', sentAt: 'now', raw: 'x' }],
    '/pushes?token=t1': [{ token: 't1', message: { data: {} }, outcome: 'accepted', at: 'now' }],
  };
  standIns = createServer(({ url = '' }, response) => response.end(JSON.stringify(answers[url] ?? null)));
  await new Promise<void>((resolve) => standIns.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(standIns.address() as AddressInfo).port}`;
  system = await start({ STAND_INS_URL: url, PEER_METRICS_URL: `${url}/metrics` });
});
afterAll(async () => {
  await system?.listeners.drain();
  await system?.deps.close();
  standIns?.close();
  await fresh?.drop();
});

async function start(settings: Record<string, string> = {}, overrides: Overrides = {}) {
  const config = loadConfig('api', { ...SETTINGS, DATABASE_URL: fresh.urls.api, ...settings });
  const deps = await compose(config, overrides);
  try {
    return { deps, listeners: await listen(deps) };
  } catch (error) {
    await deps.close();
    throw error;
  }
}

const SETTINGS = {
  APP_ENV: 'test',
  PORT: '0',
  OPS_PORT: '0',
  QUEUE_BACKEND: 'postgres',
  SECRET_KEY: 'a secret of the tests, long enough to be one',
  S3_BUCKET_NAME: 'none',
  LOG_LEVEL: 'critical',
};

async function ask(path: string, opsPort = system.listeners.opsPort) {
  const response = await fetch(`http://127.0.0.1:${opsPort}${path}`);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}

describe('health', () => {
  it('is live, started and ready while PostgreSQL answers', async () => {
    expect((await ask('/health/live')).status).toBe(200);
    expect((await ask('/health/startup')).status).toBe(200);
    const ready = await ask('/health/ready');
    expect([ready.status, ready.json()]).toEqual([200, expect.objectContaining({ database: 'up', degraded: false })]);
  });

  it('is degraded, but ready, without the queue', async () => {
    const down = async () => {
      throw transient('redis_unavailable', 'away');
    };
    const { deps, listeners } = await start(
      {},
      { queues: { ...system.deps.queues, check: down, close: async () => {} } },
    );
    const ready = await ask('/health/ready', listeners.opsPort);
    await listeners.drain();
    await deps.close();
    expect([ready.status, ready.json()]).toEqual([200, expect.objectContaining({ queue: 'down', degraded: true })]);
  });

  it('is live, but not ready, without PostgreSQL', async () => {
    const { database } = system.deps;
    const query = async () => {
      throw transient('database_unavailable', 'away');
    };
    const { deps, listeners } = await start({}, { database: { ...database, query, close: async () => {} } });
    const [live, ready] = [await ask('/health/live', listeners.opsPort), await ask('/health/ready', listeners.opsPort)];
    const scrape = await ask('/metrics', listeners.opsPort);
    await listeners.drain();
    await deps.queues.close();
    expect([live.status, ready.status, scrape.status]).toEqual([200, 503, 200]);
  });
});

describe('/metrics', () => {
  it('covers the other local processes, under one heading each', async () => {
    await fetch(`http://127.0.0.1:${system.listeners.port}/v1/health`);
    const { text, headers } = await ask('/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toContain('amira_push_total{kind="achievement",outcome="accepted"} 5');
    expect(text.match(/^# TYPE amira_http_request_duration_seconds /gm)).toHaveLength(1);
    const count = /amira_http_request_duration_seconds_count\{route="\/v1\/health",method="GET",status="200"\} (\d+)/;
    expect(Number(count.exec(text)?.[1])).toBeGreaterThanOrEqual(2);
  });

  it('tells of every pool and of the connections', async () => {
    const { text } = await ask('/metrics');
    for (const pool of POOLS) expect(text).toContain(`amira_pool_desired_workers{pool="${pool}"}`);
    expect(text).toMatch(/^amira_db_pool_max 10$/m);
  });

  it('is not there when it is switched off', async () => {
    const { deps, listeners } = await start({ ENABLE_METRICS: 'false' });
    const { status } = await ask('/metrics', listeners.opsPort);
    await listeners.drain();
    await deps.close();
    expect(status).toBe(404);
  });
});

describe('/scale', () => {
  it('is one number for each pool', async () => {
    const scale = (await ask('/scale')).json();
    expect(Object.keys(scale).sort()).toEqual([...POOLS].sort());
    expect(Object.values(scale).every(Number.isInteger)).toBe(true);
  });
});

describe('/ops/queues', () => {
  it('shows every pool’s queue, to be looked at only', async () => {
    const { queues } = (await ask('/ops/queues/api/queues')).json();
    expect(queues.map(({ name }: { name: string }) => name)).toEqual([...POOLS]);
    expect(queues.every(({ readOnlyMode }: { readOnlyMode: boolean }) => readOnlyMode)).toBe(true);
  });

  it('serves its page and every script of it, under a policy of its own', async () => {
    const page = await ask('/ops/queues');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const scripts = [...page.text.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, path]) => path);
    expect(scripts.length).toBeGreaterThan(2);
    for (const path of scripts) expect((await ask(`/ops/queues/${path}`)).status).toBe(200);
  });

  it('pauses nothing', async () => {
    const url = `http://127.0.0.1:${system.listeners.opsPort}/ops/queues/api/queues/push/pause`;
    expect((await fetch(url, { method: 'PUT' })).status).toBeGreaterThanOrEqual(400);
    expect(await system.deps.queues.queue('push').isPaused()).toBe(false);
  });
});

describe('/dev', () => {
  it('passes on what was captured, in the agreed shape', async () => {
    expect((await ask('/dev/mails?to=a@example.com')).json()).toEqual([
      { to: 'a@example.com', subject: 's', text: 't', html: 'h', sentAt: 'now' },
    ]);
    expect((await ask('/dev/pushes?token=t1')).json()).toMatchObject([{ token: 't1', outcome: 'accepted' }]);
  });

  it('is not there without stand-ins', async () => {
    const { deps, listeners } = await start();
    const { status } = await ask('/dev/mails', listeners.opsPort);
    await listeners.drain();
    await deps.close();
    expect(status).toBe(404);
  });
});

describe('the operator’s listener', () => {
  it.each([
    ['localhost:1', 200],
    ['127.0.0.1', 200],
    ['[::1]:8001', 200],
    ['evil.example', 421],
    ['127.0.0.1.evil.example', 421],
  ])('asked for the host %s answers %d', async (host, status) => {
    expect(await statusFor(host)).toBe(status);
  });

  it('is not the public one', async () => {
    for (const path of ['/metrics', '/scale', '/ops/queues', '/dev/mails', '/health/ready'])
      expect((await fetch(`http://127.0.0.1:${system.listeners.port}${path}`)).status).toBe(404);
  });
});

describe('draining', () => {
  it('finishes what has begun, is not ready meanwhile, and takes nothing new', async () => {
    const { deps, listeners } = await start();
    const begun = request({ port: listeners.port, path: '/v1/health', headers: { 'Content-Length': 2 } });
    const answered = new Promise<number | undefined>((resolve) =>
      begun.on('response', ({ statusCode }) => resolve(statusCode)),
    );
    const connected = new Promise<void>((resolve) => begun.once('socket', (socket) => socket.once('connect', resolve)));
    begun.flushHeaders();
    await connected;
    await fetch(`http://127.0.0.1:${listeners.port}/v1/health`);

    const drained = listeners.drain();
    expect((await ask('/health/ready', listeners.opsPort)).status).toBe(503);
    await expect(fetch(`http://127.0.0.1:${listeners.port}/v1/health`)).rejects.toThrow();
    begun.end('{}');
    expect(await answered).toBe(200);
    await drained;
    await deps.close();
  });
});

describe('a port that is taken', () => {
  it('is named', async () => {
    const { port } = system.listeners;
    await expect(start({ PORT: String(port) })).rejects.toThrow(`Port ${port} cannot be listened on`);
  });
});

function statusFor(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port: system.listeners.opsPort, path: '/health/live', headers: { Host: host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

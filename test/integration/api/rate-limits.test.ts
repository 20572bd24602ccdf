import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildApp } from '../../../api/app.ts';
import { hashPassword } from '../../../shared/accounts/password-hash.ts';
import { compose, type Deps } from '../../../shared/compose.ts';
import { loadConfig } from '../../../shared/platform/config/index.ts';
import { type ApiClient, type Reply, serveApp } from '../../support/api/client.ts';
import { newPerson } from '../../support/api/person.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { type EmbeddedRedis, startRedis } from '../../support/embedded/redis.ts';
import { until } from '../../support/until.ts';
import { BACKENDS } from '../../support/worker-harness.ts';

const PASSWORD = 'a long walk by the sea';
const LIMITS = { loginAddress: { points: 100 }, registerAddress: { points: 5 }, user: { points: 20 } };

describe.each(BACKENDS)('limits counted in %s', (backend) => {
  let fresh: FreshDatabase;
  let redis: EmbeddedRedis | undefined;
  let deps: Deps[];
  let clients: ApiClient[];

  const processOf = (env: Record<string, string> = {}) =>
    compose(
      loadConfig('api', {
        ...SETTINGS,
        DATABASE_URL: fresh.urls.api,
        RATE_LIMITS: JSON.stringify(LIMITS),
        QUEUE_BACKEND: backend,
        ...(redis ? { REDIS_URL: redis.url } : {}),
        ...env,
      }),
    );
  beforeAll(async () => {
    fresh = await freshDatabase();
    if (backend === 'redis') redis = await startRedis();
    deps = await Promise.all([processOf(), processOf()]);
    clients = await Promise.all(deps.map((own) => serveApp(buildApp(own))));
    if (redis)
      await until('the limits reach Redis', () => deps[0]?.limits.consume('address', 'warm up').then(() => true));
  });
  afterAll(async () => {
    await Promise.all((clients ?? []).map((client) => client.close()));
    await Promise.all((deps ?? []).map((own) => own.close()));
    await redis?.stop();
    await fresh?.drop();
  });

  /** An account of its own with `PASSWORD`. */
  const account = async (): Promise<string> => {
    const [own] = deps;
    if (!own) throw new Error('there is no process');
    const { id } = await newPerson(own, clients[0] as ApiClient);
    const hash = await hashPassword(PASSWORD, { memory: 64, passes: 1, parallelism: 1 });
    const [row] = await own.database.transaction({ userId: id }, (tx) =>
      tx.query<{ email: string }>('update account set password_hash = $1 where id = $2 returning email', [hash, id]),
    );
    return row?.email ?? '';
  };
  type Attempt = { password?: string; address?: string; deviceId?: string; process?: number; totp?: string };
  const signIn = (
    email: string,
    { password = 'wrong', address = '203.0.113.1', deviceId = 'new', process = 0, totp }: Attempt,
  ) =>
    (clients[process] as ApiClient).send('POST', '/v1/auth/login', {
      headers: { 'X-Forwarded-For': address },
      body: { email, password, device: { deviceId, name: 'Phone', platform: 'android' }, totp },
    });
  const statusesOf = async (count: number, ask: (n: number) => Promise<Reply>) => {
    const statuses: number[] = [];
    for (let n = 0; n < count; n += 1) statuses.push((await ask(n)).status);
    return statuses;
  };

  it('stop the sixth wrong password from an address in a quarter of an hour, whichever process is asked', async () => {
    const email = await account();
    const statuses = await statusesOf(6, (n) => signIn(email, { process: n % 2 }));
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const refused = await signIn(email, { password: PASSWORD, process: 1 });
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(600);
    expect(refused.headers.get('RateLimit-Policy')).toBe('"login";q=5;w=900');
    expect(refused.headers.get('RateLimit')).toMatch(/^"login";r=0;t=\d+$/);
    expect((await signIn(email, { password: PASSWORD, address: '203.0.113.2' })).status).toBe(200);
  });

  it('are the same for an address nobody has an account at', async () => {
    const [known, unknown] = [await account(), `nobody-${backend}@example.org`];
    const answers = async (email: string) => statusesOf(7, () => signIn(email, { address: '203.0.113.3' }));
    expect(await answers(unknown)).toEqual(await answers(known));
  });

  it('count all spellings of a mail address, and a whole /64, as one', async () => {
    const email = await account();
    const statuses = await statusesOf(6, (n) =>
      signIn(n % 2 ? email.toUpperCase() : email, { address: `2001:db8:1:2:${n}::${n + 1}` }),
    );
    expect(statuses.at(-1)).toBe(429);
    expect((await signIn(email, { address: '2001:db8:1:3::1' })).status).toBe(401);
  });

  it('stop guesses from everywhere at twenty an hour, but never the owner on a device they know', async () => {
    const email = await account();
    expect((await signIn(email, { password: PASSWORD, deviceId: 'mine', address: '198.51.100.1' })).status).toBe(200);
    const guesses = await statusesOf(21, (n) => signIn(email, { address: `198.51.100.${100 + n}` }));
    expect(guesses.filter((status) => status === 401)).toHaveLength(20);
    expect(guesses.at(-1)).toBe(429);
    expect((await signIn(email, { password: PASSWORD, address: '198.51.100.9' })).status).toBe(429);
    expect((await signIn(email, { password: PASSWORD, deviceId: 'mine', address: '198.51.100.9' })).status).toBe(200);
  });

  it('know no device on which nobody has signed in, whoever registered it', async () => {
    const email = await account();
    const { body } = await signIn(email, { password: PASSWORD, deviceId: 'mine', address: '198.51.100.2' });
    const registered = await (clients[0] as ApiClient).send('PUT', '/v1/me/devices/planted', {
      headers: { Authorization: `Bearer ${body['accessToken']}` },
      body: { name: 'Phone', platform: 'android' },
    });
    expect(registered.status).toBe(200);
    const policyOf = async (deviceId: string) =>
      (await signIn(email, { deviceId, address: '198.51.100.3' })).headers.get('RateLimit-Policy');
    expect(await policyOf('planted')).toContain('"loginAccount"');
    expect(await policyOf('mine')).not.toContain('"loginAccount"');
  });

  it('count guesses of one-time codes together, on however many known devices', async () => {
    const email = await account();
    const guess = async (deviceId: string) => {
      const attempt = { password: PASSWORD, deviceId, address: '198.51.101.1' };
      const before = await signIn(email, attempt);
      const { status, headers } = await signIn(email, { ...attempt, totp: '123456' });
      return [before.status, status, /"loginAccount";r=(\d+)/.exec(headers.get('RateLimit') ?? '')?.[1]];
    };
    expect(await guess('one')).toEqual([200, 400, '19']);
    expect(await guess('other')).toEqual([200, 400, '18']);
  });

  it('stop the fourth mail in an hour to an address that somebody wants to move to, wherever their password is right', async () => {
    const email = await account();
    const { body } = await signIn(email, { password: PASSWORD, address: '203.0.113.8' });
    const move = (n: number, password = PASSWORD) =>
      (clients[n % 2] as ApiClient).send('POST', '/v1/me/email', {
        headers: { Authorization: `Bearer ${body['accessToken']}` },
        body: { email: `victim-${n}@example.org`, password },
      });
    expect(await statusesOf(1, (n) => move(n, 'wrong'))).toEqual([401]);
    expect(await statusesOf(4, (n) => move(n))).toEqual([202, 202, 202, 429]);
  });

  it('give a successful sign-in its points back', async () => {
    const email = await account();
    const statuses = await statusesOf(8, () => signIn(email, { password: PASSWORD, address: '203.0.113.5' }));
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it('stop the sixth registration of an address before its body is looked at', async () => {
    const register = (body: unknown) =>
      (clients[0] as ApiClient).send('POST', '/v1/auth/register', {
        body,
        headers: { 'X-Forwarded-For': '203.0.113.6' },
      });
    expect(await statusesOf(6, () => register('not JSON'))).toEqual([400, 400, 400, 400, 400, 429]);
  });

  it('tell with every answer what is left, and stop a user across processes', async () => {
    const [first, second] = clients as [ApiClient, ApiClient];
    const { token } = await newPerson(deps[0] as Deps, first);
    const read = (client: ApiClient) => client.send('GET', '/v1/me', { headers: { Authorization: `Bearer ${token}` } });
    const answer = await read(first);
    expect(answer.headers.get('RateLimit-Policy')).toBe('"user";q=20;w=60');
    expect(answer.headers.get('RateLimit')).toBe('"user";r=19;t=60');
    expect(new Set(await statusesOf(14, () => read(first)))).toEqual(new Set([200]));
    // The other process knows of none of these yet; with its second request it hears of all.
    const statuses = await statusesOf(12, () => read(second));
    const allowed = statuses.filter((status) => status === 200).length;
    expect(allowed).toBeGreaterThanOrEqual(5);
    expect(allowed).toBeLessThanOrEqual(5 + 3);
    expect((await read(second)).body).toMatchObject({ code: 'too_many_requests' });
  });

  it('leave health alone', async () => {
    const { status, headers } = await (clients[0] as ApiClient).send('GET', '/v1/health');
    expect([status, headers.get('RateLimit')]).toEqual([200, null]);
  });

  it('keep neither an address nor a mail in their store', async () => {
    const email = await account();
    await signIn(email, { address: '203.0.113.77' });
    const [own] = deps as [Deps];
    const kept = redis
      ? await keysIn(redis)
      : (await own.database.query<{ key: string }>('select key from rate_limits')).map(({ key }) => key);
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.filter((key) => !/^(amira-limits:)?[a-zA-Z]+:[\w-]{22}$/.test(key))).toEqual([]);
  });
});

describe('with their store away', () => {
  it('sign-ins go on being limited in the process, everything else is open, and somebody is told until it is back', async () => {
    const fresh = await freshDatabase();
    const redis = await startRedis();
    const own = await compose(
      loadConfig('api', {
        ...SETTINGS,
        DATABASE_URL: fresh.urls.api,
        QUEUE_BACKEND: 'redis',
        REDIS_URL: redis.url,
        RATE_LIMITS: JSON.stringify({ user: { points: 3 } }),
      }),
    );
    const client = await serveApp(buildApp(own));
    const degraded = async () => (await own.metrics.limitsDegraded.get()).values[0]?.value;
    try {
      const person = await newPerson(own, client);
      redis.kill('SIGKILL');
      await until('the store is missed', async () => {
        await own.limits.consume('proof', String(Math.random()));
        return (await degraded()) === 1;
      });
      const attempt = (n: number) =>
        client.send('POST', '/v1/auth/login', {
          body: { email: 'who@example.org', password: `${n}`, device: { deviceId: 'd', name: 'd', platform: 'ios' } },
        });
      const statuses: number[] = [];
      for (let n = 0; n < 6; n += 1) statuses.push((await attempt(n)).status);
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
      const reads = await Promise.all(Array.from({ length: 10 }, () => person.send('GET', '/v1/me')));
      expect(new Set(reads.map(({ status }) => status))).toEqual(new Set([200]));

      await redis.restart();
      await until('the store is found again', async () => (await degraded()) === 0);
      expect((await person.send('GET', '/v1/me')).status).toBe(429);
    } finally {
      await client.close();
      await own.close();
      await redis.stop();
      await fresh.drop();
    }
  });
});

async function keysIn({ url }: EmbeddedRedis): Promise<string[]> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url);
  try {
    return await redis.keys('*limits*');
  } finally {
    redis.disconnect();
  }
}

const SETTINGS = {
  APP_ENV: 'test',
  LOG_LEVEL: 'silent',
  SECRET_KEY: 'a secret of the tests, long enough to be one',
  S3_BUCKET_NAME: 'none',
  TRUSTED_PROXIES: '127.0.0.1',
  DATABASE_POOL: '4',
};

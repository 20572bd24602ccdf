import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { z } from 'zod';
import { buildApp } from '../../../api/app.ts';
import { getEvents } from '../../../api/routes/events.ts';
import { endSession } from '../../../shared/accounts/index.ts';
import { createEvents } from '../../../shared/events/index.ts';
import { cancelJob } from '../../../shared/ledger/cancel.ts';
import { defineJob, type JobContract } from '../../../shared/ledger/contract.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { manualClock } from '../../../shared/platform/clock.ts';
import type { Database } from '../../../shared/platform/database/database.ts';
import { type JobId, newId, UserId } from '../../../shared/platform/ids.ts';
import { newsTopic, PEOPLE_CHANNEL } from '../../../shared/platform/people-channel.ts';
import { type ApiClient, serveApp } from '../../support/api/client.ts';
import { type ApiDeps, apiDeps } from '../../support/api/deps.ts';
import { type EventReader, listenTo } from '../../support/api/event-reader.ts';
import { newPerson, type Person } from '../../support/api/person.ts';
import { workOff } from '../../support/api/work-off.ts';
import { type FreshDatabase, freshDatabase, openTestDatabase } from '../../support/database.ts';
import { newConsent } from '../../support/factories.ts';
import { storedInsight } from '../../support/stored-insight.ts';
import { until } from '../../support/until.ts';

const base = { version: 1, pool: 'trends', lane: 'normal', payload: z.object({ userId: UserId }) } as const;
const retry = { attempts: 3, firstDelay: '1s', maxDelay: '1m' } as const;
const watched = defineJob({ ...base, name: 'test.watched', retry, followed: true });
const unwatched = defineJob({ ...base, name: 'test.unwatched', retry });

type Api = { deps: ApiDeps; client: ApiClient; database: Database };

const clock = manualClock('2026-11-21T10:00:00Z');
let fresh: FreshDatabase;
let outside: Client;
let worker: Database;
const apis: Api[] = [];
const readers: EventReader[] = [];

beforeAll(async () => {
  fresh = await freshDatabase();
  outside = new Client({ connectionString: fresh.superuserUrl });
  await outside.connect();
  worker = await openTestDatabase(fresh.urls.worker);
});
afterAll(async () => {
  for (const reader of readers) reader.stop();
  for (const { deps, client, database } of apis) {
    await deps.events.close();
    await client.close();
    await database.close();
  }
  await worker?.close();
  await outside?.end();
  await fresh?.drop();
});

async function start(bounds: { perProcess?: number; tickMs?: number } = {}): Promise<Api> {
  const database = await openTestDatabase(fresh.urls.api);
  const made = apiDeps({}, { database });
  const { logger, metrics } = made;
  const deps = { ...made, clock, events: createEvents({ database, tls: false, clock, logger, metrics, ...bounds }) };
  const client = await serveApp(buildApp(deps, [getEvents]));
  const api = { deps, client, database };
  apis.push(api);
  return api;
}

async function listening(api: Api, { token }: Person, headers?: Record<string, string>): Promise<EventReader> {
  const reader = await listenTo(api.client.url, token, headers);
  readers.push(reader);
  return reader;
}

const ask = (api: Api, { id }: Person, contract: JobContract<string, { userId: UserId }> = watched): Promise<JobId> =>
  api.database.transaction({ userId: id }, async (tx) => enqueue(tx, contract, { userId: id }));

const about = (id: JobId, state: string) => (event: { data: Record<string, unknown> }) =>
  event.data['id'] === id && event.data['state'] === state;

/** The process's own LISTEN connection is there: announcements are heard from here on. */
const connected = (count: number) =>
  until('the api listens', async () => {
    const { rows } = await outside.query(
      `select from pg_stat_activity where application_name = 'amira-api events' and datname = $1 and query ilike 'listen%'`,
      [fresh.name],
    );
    return rows.length >= count;
  });

describe('GET /v1/events', () => {
  let api: Api;
  let anna: Person;
  beforeAll(async () => {
    api = await start();
    anna = await newPerson(api.deps, api.client);
  });

  it('is a stream that no proxy keeps back, and says when to come again', async () => {
    const reader = await listening(api, anna, { 'Accept-Encoding': 'gzip, br' });
    expect(reader.status).toBe(200);
    expect(Object.fromEntries(reader.headers)).toMatchObject({
      'content-type': expect.stringMatching(/^text\/event-stream/),
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    expect(reader.headers.get('content-encoding')).toBeNull();
    await until('the first line', () => reader.text.startsWith('retry: 3000\n\n'));
  });

  it('begins with the jobs that are under way', async () => {
    const id = await ask(api, anna);
    const reader = await listening(api, anna);
    expect((await reader.heard(about(id, 'pending'))).data).toEqual({ id, kind: 'test.watched', state: 'pending' });
  });

  it('tells of a job when it is asked for, and when it has ended', async () => {
    const reader = await listening(api, anna);
    await connected(1);
    const id = await ask(api, anna);
    await reader.heard(about(id, 'pending'));
    await workOff(worker, id, null);
    worker.announce(newsTopic({ kind: 'job', userId: anna.id, id }), PEOPLE_CHANNEL);
    await reader.heard(about(id, 'done'));
    worker.announce(newsTopic({ kind: 'job', userId: anna.id, id }), PEOPLE_CHANNEL);
    const other = await ask(api, anna);
    await reader.heard(about(other, 'pending'));
    expect(reader.events().filter(about(id, 'done'))).toHaveLength(1);
  });

  it('tells of a cancelled job, and how far a job is', async () => {
    const reader = await listening(api, anna);
    const id = await ask(api, anna);
    await worker.query('update job set progress_done = 3, progress_total = 7 where id = $1', [id]);
    worker.announce(newsTopic({ kind: 'job', userId: anna.id, id }), PEOPLE_CHANNEL);
    await reader.heard(
      ({ data }) => data['id'] === id && (data['progress'] as { done: number } | undefined)?.done === 3,
    );
    await cancelJob(worker, id);
    await reader.heard(about(id, 'cancelled'));
  });

  it('tells nothing of kinds that nobody waits for, and nothing to anybody else', async () => {
    const eve = await newPerson(api.deps, api.client);
    const [hers, his] = [await listening(api, anna), await listening(api, eve)];
    const quiet = await ask(api, anna, unwatched);
    const loud = await ask(api, anna);
    // Made up by somebody who may NOTIFY: what is read under row-level security is still only one's own.
    worker.announce(newsTopic({ kind: 'job', userId: eve.id, id: loud }), PEOPLE_CHANNEL);
    const own = await ask(api, eve);
    await his.heard(about(own, 'pending'));
    await hers.heard(about(loud, 'pending'));
    expect(hers.text).not.toContain(quiet);
    expect(his.text).not.toContain(loud);
  });

  it('tells of an achievement, and after a break of those since the last event', async () => {
    const reader = await listening(api, anna);
    await connected(1);
    worker.announce(newsTopic({ kind: 'achievement', userId: anna.id, id: '2.1' }), PEOPLE_CHANNEL);
    const { id } = await reader.heard(({ name }) => name === 'achievement');
    await outside.query(
      `insert into achievement_type (id, code, tier, name, description, criteria) values (77, 'test', 1, '{}', '{}', '{}')`,
    );
    await outside.query(
      `insert into user_achievement (id, user_id, achievement_type_id, tier, earned_at, created_at)
       values ($1, $2, 77, 1, $3, $3)`,
      [newId(), anna.id, clock.now().toString()],
    );
    const again = await listening(api, anna, { 'Last-Event-ID': id });
    expect((await again.heard(({ name }) => name === 'achievement')).data).toEqual({ id: 77, tier: 1 });
  });

  it('tells of an insight by its id, and after a break of those since the last event, while they are switched on', async () => {
    const tell = (id: string) => worker.announce(newsTopic({ kind: 'insight', userId: anna.id, id }), PEOPLE_CHANNEL);
    const insight = async (announcedAt: string | null) => {
      const id = await worker.transaction({ userId: anna.id }, (tx) => storedInsight(tx.query, anna.id));
      await outside.query('update insight set announced_at = $2 where id = $1', [id, announcedAt]);
      return id;
    };
    const isInsight = ({ name }: { name: string }) => name === 'insight';
    const now = clock.now().toString();
    const [first, silent] = [await insight(now), await insight(null)];
    const reader = await listening(api, anna);
    await connected(1);
    tell(first);
    const meanwhile = await ask(api, anna);
    await reader.heard(about(meanwhile, 'pending'));
    expect(reader.events().filter(isInsight)).toEqual([]);
    await newConsent(api.database, anna.id, 'insights');
    for (const id of [silent, newId(), first]) tell(id);
    const { id, data } = await reader.heard(isInsight);
    expect(data).toEqual({ id: first });
    const missed = await listening(api, anna, { 'Last-Event-ID': id });
    expect((await missed.heard(isInsight)).data).toEqual({ id: first });
    await newConsent(api.database, anna.id, 'insights', false);
    tell(first);
    const job = await ask(api, anna);
    await reader.heard(about(job, 'pending'));
    expect(reader.events().filter(isInsight)).toHaveLength(1);
  });

  it('goes on when the connection that listens is lost, and makes up for what was missed', async () => {
    const reader = await listening(api, anna);
    await connected(1);
    const id = await ask(api, anna);
    await reader.heard(about(id, 'pending'));
    await outside.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'amira-api events' and datname = $1`,
      [fresh.name],
    );
    await workOff(worker, id, null);
    await reader.heard(about(id, 'done'));
  });

  it('ends within 5 s of signing out', async () => {
    const ben = await newPerson(api.deps, api.client);
    const reader = await listening(api, ben);
    await api.database.transaction({ userId: ben.id }, (tx) => endSession(tx, ben.sessionId, clock.now()));
    const begun = performance.now();
    expect(await reader.ended).toBe('ended');
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect((await listening(api, ben)).status).toBe(401);
  });

  it('ends when all tokens of the account are void', async () => {
    const ben = await newPerson(api.deps, api.client);
    const reader = await listening(api, ben);
    await outside.query('update account set token_version = token_version + 1 where id = $1', [ben.id]);
    expect(await reader.ended).toBe('ended');
  });

  it('ends with its access token', async () => {
    const ben = await newPerson(api.deps, api.client);
    const reader = await listening(api, ben);
    clock.advance({ minutes: 15 });
    expect(await reader.ended).toBe('ended');
    expect(reader.text).toContain(': the access token has expired');
  });
});

it('a stream on which nothing happens is kept alive', async () => {
  const api = await start({ tickMs: 10 });
  const reader = await listening(api, await newPerson(api.deps, api.client));
  await until('a line that is no event', () => reader.text.includes('\n: still here\n'));
  expect(reader.events()).toEqual([]);
});

describe('streams are bounded', () => {
  it('a sixth of one person ends their oldest', async () => {
    const api = await start();
    const anna = await newPerson(api.deps, api.client);
    const [oldest, ...others] = await Promise.all(Array.from({ length: 5 }, () => listening(api, anna)));
    await listening(api, anna);
    const first = await Promise.race([oldest, ...others].map(async (reader) => reader?.ended));
    expect(first).toBe('ended');
    expect(api.deps.events.size).toBe(5);
  });

  it('a process that has no place left says so', async () => {
    const api = await start({ perProcess: 1 });
    const [anna, ben] = [await newPerson(api.deps, api.client), await newPerson(api.deps, api.client)];
    await listening(api, anna);
    const reply = await listening(api, ben);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5']);
    expect(reply.headers.get('x-accel-buffering')).toBeNull();
  });

  it('who does not read is cut off, and holds nothing', async () => {
    const api = await start();
    const anna = await newPerson(api.deps, api.client);
    const socket = connect(api.client.port, '127.0.0.1');
    socket.write(`GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${anna.token}\r\n\r\n`);
    socket.pause();
    await until('the stream is open', () => api.deps.events.size === 1);
    for (let id = 0; api.deps.events.size > 0; id += 1) {
      if (id > 400_000) throw new Error('nobody was cut off');
      worker.announce(newsTopic({ kind: 'achievement', userId: anna.id, id: `${id}.1` }), PEOPLE_CHANNEL);
      if (id % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    socket.destroy();
  }, 60_000);

  it('a phone that hangs up leaves nothing behind', async () => {
    const api = await start();
    const reader = await listening(api, await newPerson(api.deps, api.client));
    await until('the stream is open', () => api.deps.events.size === 1);
    reader.stop();
    await until('the stream has gone', () => api.deps.events.size === 0);
  });
});

it('two api processes tell the same person the same, and one that drains ends its streams in good order', async () => {
  const [one, two] = [await start(), await start()];
  const anna = await newPerson(one.deps, one.client);
  const [first, second] = [await listening(one, anna), await listening(two, anna)];
  await connected(apis.length - 1);
  const id = await ask(two, anna);
  await Promise.all([first.heard(about(id, 'pending')), second.heard(about(id, 'pending'))]);
  await one.deps.events.close();
  expect(await first.ended).toBe('ended');
  expect((await listening(one, anna)).status).toBe(503);
  await workOff(worker, id, null);
  worker.announce(newsTopic({ kind: 'job', userId: anna.id, id }), PEOPLE_CHANNEL);
  await second.heard(about(id, 'done'));
});

import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { seededRandom } from '../../shared/platform/random.ts';
import { newInhabitant } from '../isolation/inhabitant.ts';
import { habits, type IsolationReport, runIsolation } from '../isolation/run.ts';
import { createWitness } from '../isolation/witness.ts';
import type { Person } from '../support/api/person.ts';
import { freshDatabase } from '../support/database.ts';
import { type System, startSystem } from '../support/embedded/system.ts';
import { nameOf, type Operation, operations } from '../support/openapi/operations.ts';
import { makeScratch, type Scratch } from '../support/scratch.ts';
import { until } from '../support/until.ts';

/** For a machine that does much else beside. */
const PATIENCE_MS = 300_000;
const REQUESTS = 1_500;

describe('fifty people over five connections, five hundred requests at once', () => {
  let report: IsolationReport;
  let scratch: Scratch;
  beforeAll(async () => {
    scratch = await makeScratch();
    const fresh = await freshDatabase();
    const output = openSync(join(scratch.path, 'api.log'), 'a');
    try {
      report = await runIsolation(
        { requests: REQUESTS, users: 50, inFlight: 500, pool: 5, seed: 7 },
        { urls: fresh.urls, output },
      );
    } finally {
      closeSync(output);
      await fresh.drop();
    }
  }, PATIENCE_MS);
  afterAll(() => scratch?.remove());

  it('see nothing of each other', () => {
    expect(report.foreign).toEqual([]);
  });

  it('reach nothing of each other’s: it is answered like what does not exist', () => {
    expect(report.reached).toEqual([]);
    expect(report.answers.get('foreign 404')).toBeGreaterThan(REQUESTS / 10);
    expect(report.answers.get('missing 404')).toBeGreaterThan(REQUESTS / 60);
  });

  it('have exactly what they wrote and did not delete', () => {
    expect(report.lost).toEqual([]);
  });

  it('are all served', () => {
    expect(report.broken).toEqual([]);
    const served = [...report.answers].filter(([answer]) => !answer.endsWith(' 503'));
    expect(served.reduce((sum, [, count]) => sum + count, 0)).toBe(REQUESTS);
    expect(report.answers.get('own 201')).toBeGreaterThan(REQUESTS / 15);
  });
});

describe('who looks through their answers', () => {
  const person = (id: string, sessionId: string) => ({ id, sessionId }) as Person;
  const ada = newInhabitant(person('00000000-0000-7000-8000-0000000000a1', '00000000-0000-7000-8000-0000000000a2'), 1);
  const ben = newInhabitant(person('00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000b2'), 2);
  const witness = createWitness([ada, ben]);
  const theirs = ben.person.sessionId;
  const seen = (status: number, text: string, sent = '') => witness.foreignIn(ada, { status, text }, sent);

  it('sees a mark and an id of somebody else’s, and nothing wrong in one’s own', () => {
    expect(seen(200, `{"notes":"${ben.mark} feels","id":"${theirs}"}`)).toEqual([ben.mark, theirs]);
    expect(seen(200, `{"notes":"${ada.mark} feels","id":"${ada.person.sessionId}"}`)).toEqual([]);
  });

  it('lets a refusal echo an id, but no answer', () => {
    expect(seen(404, `{"instance":"/v1/x/${theirs}"}`, `/v1/x/${theirs}`)).toEqual([]);
    expect(seen(200, `{"id":"${theirs}"}`, `/v1/x/${theirs}`)).toEqual([theirs]);
    expect(seen(404, `{"title":"${ben.mark} said"}`, `/v1/x/${theirs}`)).toEqual([ben.mark]);
  });
});

describe('what people do', () => {
  const person = (id: string) => ({ id, sessionId: id }) as Person;
  const me = newInhabitant(person('00000000-0000-7000-8000-0000000000a1'), 1);
  const other = newInhabitant(person('00000000-0000-7000-8000-0000000000b1'), 2);
  const random = seededRandom(1);
  const now = Temporal.Instant.from('2026-11-21T10:00:00Z');
  const attempts = habits.flatMap((habit) =>
    Array.from({ length: 10 }, () => habit.attempt({ me, other, random, now })),
  );
  const ofVoices = /^\/v1\/(journals|shared|exports|events|jobs|me\/(shares|export|key-bundle))/;
  const routes = operations.filter(({ path }) => ofVoices.test(path));
  const done = (operation: Operation, about?: string) =>
    attempts.some(
      (one) => one.method === operation.method && fits(operation, one.path) && (about ?? one.about) === one.about,
    );
  const fits = ({ path }: Operation, asked: string) =>
    new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(asked.split('?')[0] ?? '');

  it.each(routes.map((one) => [nameOf(one), one] as const))('includes %s', (_name, operation) => {
    expect(done(operation)).toBe(true);
  });

  const ofOthers = routes.filter(({ path }) => path.includes('{id}'));
  it.each(ofOthers.map((one) => [nameOf(one), one] as const))('to others includes %s', (_name, operation) => {
    expect(done(operation, 'foreign')).toBe(true);
  });
});

describe('the connections of the running system', () => {
  let system: System;
  let outside: Client;
  let scratch: Scratch;
  let output: number;
  beforeAll(async () => {
    scratch = await makeScratch();
    output = openSync(join(scratch.path, 'system.log'), 'a');
    system = await startSystem({ env: { LOG_LEVEL: 'error', QUEUE_BACKEND: 'postgres' }, output });
    const { postgres } = system.parts;
    if (!postgres) throw new Error('the embedded PostgreSQL is not there');
    outside = new Client({ connectionString: postgres.superuserUrlOf('amira') });
    await outside.connect();
  }, PATIENCE_MS);
  afterAll(async () => {
    await outside?.end();
    await system?.stop();
    closeSync(output);
    await scratch?.remove();
  }, PATIENCE_MS);

  const connections = async (): Promise<{ role: string; name: string; unbound: boolean }[]> =>
    (
      await outside.query(
        `select usename as role, application_name as name, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as unbound
         from pg_stat_activity join pg_roles on rolname = usename
         where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      )
    ).rows;

  it('are all of two roles that row-level security binds, the queue’s own and the supervisor’s too', async () => {
    const names = ['amira-api', 'amira-worker', 'amira-supervisor'];
    await until('every process is connected', async () => {
      const there = new Set((await connections()).map(({ name }) => name));
      return names.every((name) => there.has(name));
    });
    const live = await connections();
    expect(new Set(live.map(({ role }) => role))).toEqual(new Set(['app_api', 'app_worker']));
    expect(live.filter(({ unbound }) => unbound)).toEqual([]);
    const others = new Set(live.map(({ name }) => name).filter((name) => !names.includes(name)));
    // What listens for work, and BullMQ.
    expect(others.size).toBeGreaterThan(0);
  });

  it('belong to roles that are members of no other', async () => {
    const { rows } = await outside.query(
      `select distinct usename from pg_stat_activity join pg_auth_members on member = usesysid
       where usename in ('app_api', 'app_worker')`,
    );
    expect(rows).toEqual([]);
  });
});

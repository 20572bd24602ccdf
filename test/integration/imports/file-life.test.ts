import { describe, expect, it } from '@jest/globals';
import { importsSweep } from '../../../jobs/imports-sweep/contract.ts';
import { importsSweepHandler } from '../../../jobs/imports-sweep/handler.ts';
import { objectsSweep } from '../../../jobs/objects-sweep/contract.ts';
import { objectsSweepHandler } from '../../../jobs/objects-sweep/handler.ts';
import { cancelJob, replayJob } from '../../../shared/ledger/cancel.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { JobId } from '../../../shared/platform/ids.ts';
import { runHandler } from '../../support/run-handler.ts';
import { fileOf, good, imports, type Person } from './imports-fixture.ts';

const app = imports();
const { fixture } = app;

const filesOf = (person: Person) => app.files().filter((key) => key.includes(person.id));
/** As it would be that much later. */
const sweep = (minutes: number) =>
  runHandler(
    fixture.worker.database,
    importsSweep,
    importsSweepHandler(fixture.worker),
    {},
    { clock: later({ minutes }) },
  );
const later = (duration: Temporal.DurationLike) => ({ now: () => systemClock.now().add(duration) });
const jobIdOf = (reply: { headers: Headers }) => JobId.parse(reply.headers.get('Location')?.split('/').at(-1));

describe('the file of an import', () => {
  it('rests sealed: neither its lines nor its header can be read', async () => {
    const anna = await fixture.person();
    await app.send(anna, fileOf(`${good()}a secret of mine`));
    const [key] = filesOf(anna);
    const store = await fixture.worker.objectStore();
    const chunks: Buffer[] = [];
    for await (const chunk of (await store.read(key ?? '')).bytes) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    expect(bytes.length).toBeGreaterThan(100);
    for (const word of ['occurredAt', 'joy', 'a secret of mine', 'Madrid']) expect(bytes.includes(word)).toBe(false);
  });

  it('is deleted when the import is done', async () => {
    const anna = await fixture.person();
    await app.imported(anna, fileOf(good()));
    expect(filesOf(anna)).toHaveLength(1);
    await app.work('housekeeping');
    expect(filesOf(anna)).toEqual([]);
  });

  it('stays while the import is to be done, and goes when it is cancelled', async () => {
    const anna = await fixture.person();
    const reply = await app.send(anna, fileOf(good()));
    await sweep(60);
    expect(filesOf(anna)).toHaveLength(1);
    await cancelJob(fixture.worker.database, jobIdOf(reply));
    await sweep(60);
    expect(filesOf(anna)).toEqual([]);
  });

  it('goes when the import is cancelled while it runs, too', async () => {
    const anna = await fixture.person();
    const reply = await app.send(anna, fileOf(good()));
    const { struck } = fixture.s3.standIn.faults.next({ operation: 'GetObject', kind: 'hang' });
    const working = app.work('trends');
    await struck;
    await cancelJob(fixture.worker.database, jobIdOf(reply));
    expect(await working).toContainEqual({ kind: 'lost' });
    await sweep(60);
    expect(filesOf(anna)).toEqual([]);
    expect(await app.jobOf(anna, reply)).toMatchObject({ state: 'cancelled' });
    expect(await app.count(anna, 'checkin')).toBe(0);
  });

  it('goes when the import has failed for good; replayed, it says that its file is gone', async () => {
    const anna = await fixture.person();
    const reply = await app.send(anna, fileOf(good()));
    const { database } = fixture.worker;
    await fixture.look(`update job set state = 'dead' where id = $1`, [jobIdOf(reply)]);
    await sweep(60);
    expect(filesOf(anna)).toEqual([]);
    expect(await database.transaction({ userId: null }, (tx) => replayJob(tx, jobIdOf(reply)))).toBe(true);
    await app.work('trends');
    expect(await app.jobOf(anna, reply)).toMatchObject({ state: 'dead', error: { code: 'object_missing' } });
  });

  it('that no job was made for goes after a while, not at once', async () => {
    const anna = await fixture.person();
    const reply = await app.send(anna, fileOf(good()));
    await fixture.look('delete from job where id = $1', [jobIdOf(reply)]);
    await sweep(14);
    expect(filesOf(anna)).toHaveLength(1);
    await sweep(16);
    expect(filesOf(anna)).toEqual([]);
  });

  it('that was changed in the object store is not imported', async () => {
    const anna = await fixture.person();
    const eve = await fixture.person();
    const [mine, hers] = [await app.send(anna, fileOf(good())), await app.send(eve, fileOf(good(1)))];
    const store = await fixture.worker.objectStore();
    const [from, to] = [filesOf(eve)[0] ?? '', filesOf(anna)[0] ?? ''];
    const chunks: Buffer[] = [];
    for await (const chunk of (await store.read(from)).bytes) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { url } = await store.presignPut(to, {
      size: body.length,
      contentType: 'application/octet-stream',
      expiresInSeconds: 60,
    });
    await fetch(url, { method: 'PUT', body, headers: { 'content-type': 'application/octet-stream' } });
    await app.work('trends');
    expect(await app.jobOf(anna, mine)).toMatchObject({ state: 'dead', error: { code: 'sealed_text_unreadable' } });
    expect(await app.jobOf(eve, hers)).toMatchObject({ state: 'done' });
    expect(await app.count(anna, 'checkin')).toBe(0);
  });

  it('is none of the sweep of recordings', async () => {
    const anna = await fixture.person();
    await app.send(anna, fileOf(good()));
    const handler = objectsSweepHandler(fixture.worker);
    await runHandler(
      fixture.worker.database,
      objectsSweep,
      handler,
      { dryRun: false },
      { clock: later({ hours: 48 }) },
    );
    expect(filesOf(anna)).toHaveLength(1);
  });
});

describe('an object store that is away', () => {
  it('makes it 503 with nothing left behind, and later work as if it had never been', async () => {
    const anna = await fixture.person();
    fixture.s3.standIn.faults.next({
      operation: 'PutObject',
      times: 3,
      kind: 'status',
      status: 500,
      code: 'InternalError',
    });
    expect(await app.send(anna, fileOf(good()))).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect([filesOf(anna), await app.jobsOf(anna)]).toEqual([[], []]);
    expect(await app.imported(anna, fileOf(good()))).toMatchObject({ created: 1 });
  });
});

describe('an account that is gone', () => {
  it('has nothing imported, and its file is deleted', async () => {
    const anna = await fixture.person();
    const reply = await app.send(anna, fileOf(good()));
    await fixture.look('delete from account where id = $1', [anna.id]);
    await app.work('trends');
    const [done] = await fixture.look('select outcome, result from job_done where id = $1', [jobIdOf(reply)]);
    expect(done).toEqual({ outcome: 'done', result: { status: 'gone' } });
    await app.work('housekeeping');
    expect(filesOf(anna)).toEqual([]);
  });
});

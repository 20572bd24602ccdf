import { CreateMultipartUploadCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { objectsSweep } from '../../../jobs/objects-sweep/contract.ts';
import { objectsSweepHandler } from '../../../jobs/objects-sweep/handler.ts';
import { objectsSweepSchedule } from '../../../jobs/objects-sweep/schedule.ts';
import { newObjectKey } from '../../../shared/journals/index.ts';
import { transient } from '../../../shared/platform/errors.ts';
import { type JobId, type JournalId, newId, type UserId } from '../../../shared/platform/ids.ts';
import type { ObjectStore } from '../../../shared/platform/object-store/port.ts';
import { runHandler } from '../../support/run-handler.ts';
import { bucket } from '../../support/s3-session.ts';
import { journals, type Person, storeOf } from './journals-fixture.ts';
import { honestUpload } from './uploads.ts';

const fixture = journals();
const { clock } = fixture;

type Run = { dryRun?: boolean; id?: JobId; store?: ObjectStore };
const sweep = async ({ dryRun = false, id = newId<JobId>(), store }: Run = {}) => {
  const parts = store ? { ...fixture.worker, objectStore: async () => store } : fixture.worker;
  const { database, metrics } = fixture.worker;
  const handler = objectsSweepHandler({ objectStore: parts.objectStore, metrics });
  return runHandler(database, objectsSweep, handler, { dryRun }, { clock, id });
};

const orphanKey = () => newObjectKey(newId<UserId>(), newId<JournalId>());
const putObject = (Key: string) =>
  fixture.s3.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'left behind' }));
const begin = (Key: string) => fixture.s3.client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
const orphan = async () => {
  const key = orphanKey();
  await putObject(key);
  return key;
};
const keys = () => new Set(fixture.s3.standIn.objects().map(({ key }) => key));
const valid = async (person: Person) => {
  const id = await fixture.sent(person, await honestUpload());
  await fixture.work();
  return { id, key: await fixture.keyOf(id) };
};
const swept = async (outcome: string) =>
  (await fixture.worker.metrics.objectsSweptTotal.get()).values.find(({ labels }) => labels.outcome === outcome)
    ?.value ?? 0;
const dayLater = async (person?: Person) => {
  clock.advance({ hours: 25 });
  await person?.refresh(1);
};

// Each test begins with a bucket in which nothing is left behind, and with rows that have their objects.
beforeEach(async () => {
  await fixture.look('delete from journal');
  const [store, left] = [await fixture.worker.objectStore(), [...keys()]];
  for (let at = 0; at < left.length; at += 20)
    await Promise.all(left.slice(at, at + 20).map((key) => store.deleteAllVersions(key)));
}, 60_000);

describe('objects without a row', () => {
  it('are deleted with all their versions once they are a day old, and those of rows stay', async () => {
    const person = await fixture.person();
    const [kept, pending] = [await valid(person), await fixture.created(person, await honestUpload())];
    const old = [await orphan(), await orphan()];
    await putObject(old[0] ?? '');
    await fixture.s3.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: orphanKey() }));
    const others = ['exports/somebody', 'journal', 'journals.txt'];
    await Promise.all(others.map(putObject));
    await begin(orphanKey());
    expect(await sweep()).toMatchObject({ objects: 4, orphans: 0, deleted: 0, uploads: 1, abandoned: 0 });

    await dayLater();
    const before = await swept('deleted');
    expect(await sweep()).toMatchObject({ dryRun: false, objects: 4, orphans: 3, deleted: 3, missing: 0 });
    expect(keys()).toEqual(new Set([kept.key, ...others]));
    expect(await swept('deleted')).toBe(before + 3);
    expect(await fixture.look('select 1 from journal where id = $1', [pending])).toHaveLength(1);
    expect(await sweep()).toMatchObject({ objects: 1, orphans: 0 });
  });

  it('are only counted in a dry run', async () => {
    const key = await orphan();
    await begin(key);
    await dayLater();
    expect(await sweep({ dryRun: true })).toMatchObject({
      dryRun: true,
      orphans: 1,
      deleted: 0,
      abandoned: 1,
      aborted: 0,
    });
    expect(keys()).toEqual(new Set([key]));
    expect(await sweep()).toMatchObject({ orphans: 1, deleted: 1 });
  });

  it('are never taken for those of a row, in whatever state it is, nor of a journal that may be restored', async () => {
    const person = await fixture.person();
    const ids: string[] = [];
    for (const status of ['pending', 'validating', 'valid', 'rejected', 'expired']) {
      const { id } = await valid(person);
      await fixture.look(
        `update audio_metadata set status = $2, reason = case when $2 = 'rejected' then 'bad_iv' end where journal_id = $1`,
        [id, status],
      );
      ids.push(id);
    }
    const { id, key } = await valid(person);
    await person.send('DELETE', `/v1/journals/${id}`);
    const all = keys();
    await dayLater();
    expect(await sweep()).toMatchObject({ objects: 6, orphans: 0, deleted: 0 });
    expect(keys()).toEqual(all);
    expect(all.has(key)).toBe(true);
  });

  it('are spared where a row appears between the look and the deletion', async () => {
    const person = await fixture.person();
    const { id, key } = await valid(person);
    const hidden = `hidden-${key}`;
    await fixture.look('update audio_metadata set object_key = $2 where journal_id = $1', [id, hidden]);
    await dayLater();
    const database = { ...fixture.worker.database };
    let looks = 0;
    database.transaction = (options, work) =>
      fixture.worker.database.transaction(options, (tx) =>
        work({
          ...tx,
          em: tx.em,
          query: async (text, values) => {
            const rows = await tx.query(text, values);
            looks += Number(text.includes('known_object_keys'));
            if (looks === 1)
              await fixture.look('update audio_metadata set object_key = $2 where journal_id = $1', [id, key]);
            return rows as never;
          },
        }),
      );
    const handler = objectsSweepHandler(fixture.worker);
    const counts = await runHandler(database, objectsSweep, handler, { dryRun: false }, { clock });
    expect(counts).toMatchObject({ orphans: 1, deleted: 0 });
    expect(keys().has(key)).toBe(true);
  });

  it('beside a key they are a prefix of, or that is one of theirs, are deleted alone', async () => {
    const { key } = await valid(await fixture.person());
    const near = [key.slice(0, -1), `${key}0`, `${key}/0`];
    await Promise.all(near.map(putObject));
    await dayLater();
    expect(await sweep()).toMatchObject({ objects: 4, deleted: 3 });
    expect(keys()).toEqual(new Set([key]));
  });

  it('are uploads in parts too: forgotten when they are old and have no row', async () => {
    const person = await fixture.person();
    const { key } = await valid(person);
    await Promise.all([begin(key), begin(orphanKey()), begin(orphanKey())]);
    await dayLater();
    expect(await sweep()).toMatchObject({ uploads: 3, abandoned: 2, aborted: 2 });
    expect(await sweep()).toMatchObject({ uploads: 1, abandoned: 0 });
  });
});

describe('a valid recording without its object', () => {
  it('is told by result, metric and log line, and stays as it is', async () => {
    const person = await fixture.person();
    const [whole, gone, replaced] = [await valid(person), await valid(person), await valid(person)];
    const store = await fixture.worker.objectStore();
    await Promise.all([gone, replaced].map(({ key }) => store.deleteAllVersions(key)));
    await putObject(replaced.key);
    const before = await swept('missing');
    expect(await sweep()).toMatchObject({ recordings: 3, missing: 2, deleted: 0 });
    expect(await swept('missing')).toBe(before + 2);
    for (const { id } of [whole, gone, replaced]) expect((await fixture.read(person, id)).audio.status).toBe('valid');
  });

  it('is none where only a marker hides it, where it is being purged, or where it arrived behind the list', async () => {
    const person = await fixture.person();
    const [hidden, purging, late] = [await valid(person), await valid(person), await valid(person)];
    await fixture.s3.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: hidden.key }));
    const store = storeOf(fixture.s3);
    await store.deleteAllVersions(purging.key);
    await fixture.look('update journal set deleted_at = now(), purging_at = now() where id = $1', [purging.id]);
    const stale: ObjectStore = {
      ...store,
      async *keys(prefix, options) {
        for await (const entry of store.keys(prefix, options))
          if (prefix === late.key || entry.key !== late.key) yield entry;
      },
    };
    expect(await sweep({ store: stale })).toMatchObject({ objects: 1, recordings: 2, missing: 0 });
    store.close();
  });
});

describe('a sweep', () => {
  it('runs every day, and really deletes', () => {
    expect(objectsSweepSchedule).toMatchObject({ cron: expect.stringMatching(/^\d+ \d+ \* \* \*$/) });
    expect(objectsSweepSchedule.payload(clock.now())).toEqual({ dryRun: false });
  });

  it('of one operator is not that of another, nor a dry run a real one', () => {
    const [one, other] = [newId<UserId>(), newId<UserId>()];
    const payloads = [
      { dryRun: true, requestedBy: one },
      { dryRun: false, requestedBy: one },
      { dryRun: false, requestedBy: other },
      { dryRun: false },
    ];
    expect(new Set(payloads.map((payload) => objectsSweep.coalesce?.(payload))).size).toBe(4);
    expect(payloads.map((payload) => objectsSweep.subject(payload))).toEqual([one, one, other, null]);
  });

  // The last: what it leaves behind need not be cleared away.
  it('that was stopped goes on behind its last batch, in bounded memory', async () => {
    const many = Array.from({ length: 1_100 }, orphanKey).toSorted();
    for (let at = 0; at < many.length; at += 50) await Promise.all(many.slice(at, at + 50).map(putObject));
    await dayLater();
    const store = storeOf(fixture.s3);
    const asked: (string | undefined)[] = [];
    const dying = (most: number): ObjectStore => ({
      ...store,
      async *keys(prefix, options) {
        asked.push(options?.after);
        let given = 0;
        for await (const entry of store.keys(prefix, options)) {
          if (given === most) throw transient('killed', 'The worker is gone.');
          given += 1;
          yield entry;
        }
      },
    });
    const id = newId<JobId>();
    await expect(sweep({ id, dryRun: true, store: dying(700) })).rejects.toMatchObject({ code: 'killed' });
    expect(await fixture.look('select after_key from object_sweep where job_id = $1', [id])).toEqual([
      { after_key: many[499] },
    ]);
    expect(await sweep({ id, dryRun: true, store: dying(Number.POSITIVE_INFINITY) })).toMatchObject({
      objects: 1_100,
      orphans: 1_100,
      deleted: 0,
    });
    expect(asked).toEqual(['', many[499]]);
    // By the clock, nobody is there to notice that this is the wrong database.
    await expect(sweep({ store })).rejects.toMatchObject({ code: 'too_many_orphans', class: 'permanent' });
    expect(keys().size).toBe(1_100);
    expect(await fixture.look('select 1 from object_sweep where job_id = $1', [id])).toEqual([]);
    store.close();
  }, 60_000);
});

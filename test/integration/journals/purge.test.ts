import { createHash } from 'node:crypto';
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { journalPurge } from '../../../jobs/journal-purge/contract.ts';
import { journalPurgeHandler } from '../../../jobs/journal-purge/handler.ts';
import { journalsPurge } from '../../../jobs/journals-purge/contract.ts';
import { journalsPurgeHandler } from '../../../jobs/journals-purge/handler.ts';
import { journalsPurgeSchedule } from '../../../jobs/journals-purge/schedule.ts';
import { transient } from '../../../shared/platform/errors.ts';
import { JournalId } from '../../../shared/platform/ids.ts';
import type { ObjectStore } from '../../../shared/platform/object-store/port.ts';
import { runHandler } from '../../support/run-handler.ts';
import { bucket } from '../../support/s3-session.ts';
import { journals, type Person, put, storeOf } from './journals-fixture.ts';
import { honestUpload } from './uploads.ts';

const fixture = journals();
const { clock } = fixture;

/** Recorded, judged and deleted by its owner. */
async function deleted(person: Person) {
  const id = await fixture.sent(person, await honestUpload());
  await fixture.work();
  const key = await fixture.keyOf(id);
  await person.send('DELETE', `/v1/journals/${id}`);
  return { id, key };
}

/** The 7 days pass, for the clock and for the ledger. */
async function weekLater(person: Person) {
  clock.advance({ hours: 7 * 24 });
  await person.refresh(1);
  await fixture.look(`update job set due_at = now() where kind = 'journal.purge' and subject = $1`, [person.id]);
}

const under = (key: string) => fixture.s3.standIn.objects().filter((version) => version.key === key);
const receipts = (person: Person) =>
  fixture.look(
    'select journal_id, object_key_hash, versions_deleted, requested_at, deleted_at from deletion_receipt where user_id = $1',
    [person.id],
  );
const rowsOf = async (id: string) => ({
  journal: (await fixture.look('select 1 from journal where id = $1', [id])).length,
  audio: (await fixture.look('select 1 from audio_metadata where journal_id = $1', [id])).length,
});
const GONE = { journal: 0, audio: 0 };
const putObject = (Key: string, Body: string) =>
  fixture.s3.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
const purgeOf = async (person: Person, id: string) => {
  const [row] = await fixture.look(
    `select payload from job where kind = 'journal.purge' and payload ->> 'journalId' = $1`,
    [id],
  );
  return journalPurge.payload.parse(row?.payload ?? { userId: person.id, journalId: id });
};
const purgeByHand = (
  payload: ReturnType<typeof journalPurge.payload.parse>,
  parts = fixture.worker as Pick<typeof fixture.worker, 'objectStore'>,
) => runHandler(fixture.worker.database, journalPurge, journalPurgeHandler(parts), payload, { clock });

describe('7 days after its deletion a journal', () => {
  it('is gone with its object, and a receipt says so', async () => {
    const person = await fixture.person();
    const { id, key } = await deleted(person);
    const requestedAt = clock.now().epochMilliseconds;
    await weekLater(person);
    expect((await fixture.work()).map(({ kind }) => kind)).toEqual(['done']);
    expect([under(key), await rowsOf(id)]).toEqual([[], GONE]);
    const [receipt, ...others] = await receipts(person);
    expect(others).toEqual([]);
    expect(receipt).toMatchObject({ journal_id: id, versions_deleted: 1 });
    expect(receipt.object_key_hash).toEqual(createHash('sha256').update(key).digest());
    expect([receipt.requested_at.getTime(), receipt.deleted_at.getTime()]).toEqual([
      requestedAt,
      clock.now().epochMilliseconds,
    ]);
    expect((await person.send('POST', `/v1/journals/${id}/restore`)).status).toBe(404);
  });

  it('leaves its day, its check-ins and its IV behind: the same IV under the same key is still refused', async () => {
    const person = await fixture.person();
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const key = { keyId: 'the-key', iv };
    const { body, object } = await honestUpload(undefined, 1, key);
    const id = await fixture.sent(person, {
      body: { ...body, preCheckin: { emotionTypeId: 1, intensity: 4 } } as typeof body,
      object,
    });
    await fixture.work();
    await person.send('DELETE', `/v1/journals/${id}`);
    await weekLater(person);
    await fixture.work();
    expect(await rowsOf(id)).toEqual(GONE);
    expect(await fixture.look('select kind from activity where user_id = $1 order by 1', [person.id])).toEqual([
      { kind: 'checkin' },
      { kind: 'journal' },
    ]);
    const { items } = (await person.send('GET', '/v1/emotions')).body as { items: unknown[] };
    expect(items).toEqual([expect.objectContaining({ emotionTypeId: 1, relatedJournalId: null })]);
    expect(await fixture.verdictOn(await honestUpload(undefined, 1, key), person)).toMatchObject({
      reason: 'reused_iv',
    });
  });

  it('takes whatever was uploaded meanwhile with it, finished or in parts, and nothing of another key', async () => {
    const person = await fixture.person();
    const { body, object } = await honestUpload();
    const { journal, upload } = await fixture.create(person, body);
    await put(upload, object);
    await fixture.complete(person, journal.id);
    await fixture.work();
    const key = await fixture.keyOf(journal.id);
    await person.send('DELETE', `/v1/journals/${journal.id}`);
    // The address is still open.
    expect((await put(upload, object)).status).toBe(200);
    const { client } = fixture.s3;
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }));
    await client.send(new UploadPartCommand({ Bucket: bucket, Key: key, UploadId, PartNumber: 1, Body: 'part' }));
    const others = [key.slice(0, -1), `${key}0`, `${key}/0`];
    await Promise.all(others.map((other) => putObject(other, 'another')));

    await weekLater(person);
    await fixture.work();
    expect(under(key)).toEqual([]);
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }))).Uploads ?? []).toEqual(
      [],
    );
    expect(others.map((other) => under(other).length)).toEqual([1, 1, 1]);
    expect(await receipts(person)).toMatchObject([{ versions_deleted: 2 }]);
  });

  it('is gone with all of more than 1,000 versions', async () => {
    const person = await fixture.person();
    const { id, key } = await deleted(person);
    for (let batch = 0; batch < 41; batch += 1)
      await Promise.all(Array.from({ length: 25 }, () => putObject(key, 'again')));
    await weekLater(person);
    await fixture.work();
    expect([under(key), await rowsOf(id)]).toEqual([[], GONE]);
    expect(await receipts(person)).toMatchObject([{ versions_deleted: 1_026 }]);
  }, 60_000);

  it('is gone also where its verdict comes at the same moment', async () => {
    const person = await fixture.person();
    const id = await fixture.sent(person, await honestUpload());
    const key = await fixture.keyOf(id);
    await person.send('DELETE', `/v1/journals/${id}`);
    await weekLater(person);
    await fixture.work();
    expect([under(key), await rowsOf(id)]).toEqual([[], GONE]);
  });

  it('that never got a recording is gone too', async () => {
    const person = await fixture.person();
    const id = await fixture.created(person, await honestUpload());
    await person.send('DELETE', `/v1/journals/${id}`);
    await weekLater(person);
    await fixture.work();
    expect(await rowsOf(id)).toEqual(GONE);
    expect(await receipts(person)).toMatchObject([{ versions_deleted: 0 }]);
  });
});

describe('journal.purge', () => {
  it('by several at once deletes once and leaves one receipt', async () => {
    const person = await fixture.person();
    const { id, key } = await deleted(person);
    await weekLater(person);
    const payload = await purgeOf(person, id);
    const results = await Promise.all(Array.from({ length: 4 }, () => purgeByHand(payload)));
    const statuses = results.map((result) => (result as { status: string }).status).toSorted();
    expect(statuses).toEqual(['deleted', 'gone', 'gone', 'gone']);
    expect([under(key), await rowsOf(id), (await receipts(person)).length]).toEqual([[], GONE, 1]);
    expect(await purgeByHand(payload)).toEqual({ status: 'gone' });
  });

  it('killed between the object store and its commit is finished by the next run; nobody restores in between', async () => {
    const person = await fixture.person();
    const { id, key } = await deleted(person);
    await weekLater(person);
    const store = storeOf(fixture.s3);
    const dying: ObjectStore = {
      ...store,
      deleteAllVersions: async (...asked) => {
        await store.deleteAllVersions(...asked);
        throw transient('killed', 'The worker is gone.');
      },
    };
    await fixture.work(dying);
    expect([under(key), await rowsOf(id)]).toEqual([[], { journal: 1, audio: 1 }]);
    // A clock that lags behind would still take it for restorable.
    await fixture.look(`update journal set deleted_at = deleted_at + interval '1 hour' where id = $1`, [id]);
    expect((await person.send('POST', `/v1/journals/${id}/restore`)).status).toBe(409);
    await fixture.look(`update journal set deleted_at = deleted_at - interval '1 hour' where id = $1`, [id]);
    await fixture.retryNow();
    await fixture.work();
    expect([await rowsOf(id), (await receipts(person)).length]).toEqual([GONE, 1]);
    store.close();
  });

  it('removes no row while the object store fails', async () => {
    const person = await fixture.person();
    const { id, key } = await deleted(person);
    await weekLater(person);
    const store = storeOf(fixture.s3);
    const failing = {
      ...store,
      deleteAllVersions: () => Promise.reject(transient('object_store_unavailable', 'Away.')),
    };
    await fixture.work(failing);
    expect([under(key).length, await rowsOf(id), await receipts(person)]).toEqual([1, { journal: 1, audio: 1 }, []]);
    await fixture.retryNow();
    await fixture.work();
    expect([under(key), await rowsOf(id)]).toEqual([[], GONE]);
    store.close();
  });

  it('that comes too early waits for its time', async () => {
    const person = await fixture.person();
    const { id, key } = await deleted(person);
    await fixture.look(`update job set due_at = now() where kind = 'journal.purge' and subject = $1`, [person.id]);
    await fixture.work();
    expect([under(key).length, await rowsOf(id)]).toEqual([1, { journal: 1, audio: 1 }]);
    expect(
      await fixture.look(
        `select 1 from job where kind = 'journal.purge' and subject = $1 and due_at > now() + interval '6 days'`,
        [person.id],
      ),
    ).toHaveLength(1);
    expect((await person.send('POST', `/v1/journals/${id}/restore`)).status).toBe(200);
  });

  it('reaches nobody else’s journal, and no object that was not issued for it', async () => {
    const [owner, other] = [await fixture.person(), await fixture.person()];
    const { id, key } = await deleted(owner);
    const theirs = await deleted(other);
    clock.advance({ hours: 7 * 24 });
    const payload = await purgeOf(owner, id);
    expect(await purgeByHand({ ...payload, userId: other.id })).toEqual({ status: 'gone' });
    await fixture.look('update audio_metadata set object_key = $2 where journal_id = $1', [theirs.id, 'moved']);
    await fixture.look('update audio_metadata set object_key = $2 where journal_id = $1', [id, theirs.key]);
    await expect(purgeByHand(payload)).rejects.toMatchObject({ code: 'foreign_object' });
    expect([under(key).length, under(theirs.key).length]).toEqual([1, 1]);
  });
});

describe('journals.purge', () => {
  const sweep = () => runHandler(fixture.worker.database, journalsPurge, journalsPurgeHandler, {}, { clock });

  it('plans anew what was lost, a day behind, and once however often it runs', async () => {
    const person = await fixture.person();
    const { id, key } = await deleted(person);
    const restored = await deleted(person);
    await person.send('POST', `/v1/journals/${restored.id}/restore`);
    await weekLater(person);
    await fixture.look(`delete from job where kind = 'journal.purge' and subject = $1`, [person.id]);
    const planned = () => fixture.look(`select 1 from job where kind = 'journal.purge' and subject = $1`, [person.id]);
    await sweep();
    expect(await planned()).toEqual([]);
    clock.advance({ hours: 25 });
    await Promise.all([sweep(), sweep()]);
    expect(await planned()).toHaveLength(1);
    await fixture.work();
    expect([under(key), await rowsOf(id)]).toEqual([[], GONE]);
    expect(await rowsOf(restored.id)).toEqual({ journal: 1, audio: 1 });
  });

  it('runs every day', () => {
    expect(journalsPurgeSchedule).toMatchObject({
      cron: expect.stringMatching(/^\d+ \d+ \* \* \*$/),
      catchUp: 'latest',
    });
  });
});

describe('a receipt', () => {
  it('can be changed by nobody who runs the system, and not by a slip of the owner', async () => {
    const person = await fixture.person();
    await deleted(person);
    await weekLater(person);
    await fixture.work();
    for (const statement of ['update deletion_receipt set versions_deleted = 0', 'delete from deletion_receipt']) {
      for (const { database } of [fixture.api, fixture.worker])
        await expect(database.transaction({ userId: person.id }, (tx) => tx.query(statement))).rejects.toThrow(
          /permission denied/,
        );
      await expect(fixture.look(statement)).rejects.toThrow(/append-only/);
    }
    expect(await receipts(person)).toHaveLength(1);
  });

  it('is its owner’s alone to read', async () => {
    const [owner, other] = [await fixture.person(), await fixture.person()];
    const { id } = await deleted(owner);
    await weekLater(owner);
    await fixture.work();
    const seenBy = ({ id: userId }: Person) =>
      fixture.api.database.transaction({ userId }, (tx) => tx.query('select journal_id from deletion_receipt'));
    expect([await seenBy(owner), await seenBy(other)]).toEqual([[{ journal_id: JournalId.parse(id) }], []]);
  });
});

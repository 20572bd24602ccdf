import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { exportsExpire } from '../../../jobs/exports-expire/contract.ts';
import { exportsExpireHandler } from '../../../jobs/exports-expire/handler.ts';
import { permanent, transient } from '../../../shared/platform/errors.ts';
import type { ObjectStore } from '../../../shared/platform/object-store/port.ts';
import { runHandler } from '../../support/run-handler.ts';
import { storedInsight } from '../../support/stored-insight.ts';
import { readZip } from '../../support/zip-reader.ts';
import { download, exporters, jsonIn, type Made, NOTE } from './exporters.ts';
import { journals, storeOf } from './journals-fixture.ts';
import { honestUpload, recordingOf } from './uploads.ts';

const app = journals();
const { somebody, writer, asked, jobAt, made, link } = exporters(app);

describe('an export of everything', () => {
  it('is an archive of what is kept, each file as the manifest says', async () => {
    const { person, uploads } = await writer();
    const result = await made(person);
    const { status, headers, bytes } = await download(await link(person, result));
    expect([status, headers.get('content-type'), bytes.length]).toEqual([200, 'application/zip', result.size]);
    expect(headers.get('content-encoding')).toBeNull();

    const files = await readZip(bytes);
    expect(jsonIn(files, 'checkins.json')).toMatchObject([{ notes: NOTE, intensity: 7 }]);
    expect(jsonIn(files, 'profile.json')).toMatchObject({ id: person.id, timeZone: 'UTC' });
    expect(jsonIn(files, 'consents.json')).toMatchObject([{ purpose: 'service', granted: true }]);
    expect(jsonIn(files, 'sessions.json')).toMatchObject([{ deviceName: 'Phone', platform: 'android' }]);
    expect(jsonIn(files, 'activity.json')).toHaveLength(3);
    for (const { id, upload } of uploads) {
      const [journal] = jsonIn(files, 'journals.json').filter((one: { id: string }) => one.id === id);
      expect(journal.audio.envelope).toEqual(upload.body.audio.envelope);
      expect(files.get(journal.file)?.equals(upload.object)).toBe(true);
    }
    const manifest = jsonIn(files, 'manifest.json');
    const digests = [...files]
      .filter(([path]) => path !== 'manifest.json')
      .map(([path, body]) => ({
        path,
        bytes: body.length,
        sha256: createHash('sha256').update(body).digest('hex'),
      }));
    expect([manifest.leftOut, manifest.files]).toEqual([[], digests]);
  });

  it('has the insights of its owner, hidden and ended ones too, with their sentences', async () => {
    const person = await somebody();
    const ids = [await storedInsight(app.look, person.id), await storedInsight(app.look, person.id)];
    await app.look('update insight set hidden_at = now(), ended_at = now() where id = $1', [ids[0]]);
    const files = await readZip((await download(await link(person, await made(person)))).bytes);
    const text = expect.stringMatching(/^On 8 of 11 Sundays/);
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    expect(jsonIn(files, 'insights.json').sort(byId)).toMatchObject(
      [
        { id: ids[0] ?? '', isHidden: true, endedAt: expect.any(String), text, finding: { n: 84, q: 0.01 } },
        { id: ids[1] ?? '', isHidden: false, endedAt: null, text },
      ].sort(byId),
    );
  });

  it('leaves no text in the clear and no copy of a recording', async () => {
    const { person } = await writer(['opus']);
    const before = app.s3.standIn.objects().length;
    await made(person);
    expect(app.s3.standIn.objects()).toHaveLength(before);
    const [{ found, pieces }] = await app.look(
      `select count(*) filter (where position('archive may read'::bytea in body_sealed) > 0)::int as found, count(*)::int as pieces
       from export_piece where user_id = $1`,
      [person.id],
    );
    expect([found, pieces > 5]).toEqual([0, true]);
  });

  it('is made once for all who ask while it is being made', async () => {
    const person = await somebody();
    const [one, two] = await Promise.all([person.send('POST', '/v1/me/export'), person.send('POST', '/v1/me/export')]);
    expect(one.status).toBe(202);
    expect(one.headers.get('location')).toBe(two.headers.get('location'));
    await app.work();
    expect(await asked(person)).not.toBe(one.headers.get('location'));
  });

  it('is asked for anew where the work has failed for good', async () => {
    const person = await somebody();
    const first = await asked(person);
    await app.look(`update job set state = 'dead' where subject = $1`, [person.id]);
    const second = await asked(person);
    expect(second).not.toBe(first);
    await app.work();
    expect(await jobAt(person, second)).toMatchObject({ state: 'done' });
  });

  it('goes on where it was stopped: what has been read is not read again', async () => {
    const { person, uploads } = await writer();
    const location = await asked(person);
    const [first] = uploads;
    const reads = new Map<string, number>();
    const counting = (fails: boolean): ObjectStore => {
      const store = storeOf(app.s3);
      return {
        ...store,
        read: async (key, options) => {
          reads.set(key, (reads.get(key) ?? 0) + 1);
          if (fails && key !== (await app.keyOf(first?.id ?? '')))
            throw transient('object_store_unavailable', 'It is away.');
          return store.read(key, options);
        },
      };
    };
    await app.work(counting(true));
    expect(await jobAt(person, location)).toMatchObject({
      state: 'retrying',
      progress: { done: first?.upload.object.length, total: expect.any(Number) },
    });
    await app.retryNow();
    await app.work(counting(false));
    const job = await jobAt(person, location);
    expect(job).toMatchObject({ state: 'done' });
    expect(job['progress']).toBeUndefined();
    expect(reads.get(await app.keyOf(first?.id ?? ''))).toBe(1);
    const { bytes } = await download(await link(person, job['result'] as Made));
    expect([...(await readZip(bytes)).keys()].filter((path) => path.startsWith('recordings/'))).toHaveLength(2);
  }, 30_000);

  it('has the metadata of every recording in it, also of one that came while the work was stopped', async () => {
    const { person, uploads } = await writer(['opus']);
    const location = await asked(person);
    const away: ObjectStore = {
      ...storeOf(app.s3),
      read: async () => {
        throw transient('object_store_unavailable', 'It is away.');
      },
    };
    await app.work(away);
    await app.look(`update job set due_at = now() + interval '1 hour' where state = 'retrying'`);
    const later = (await app.verdictOn(await honestUpload(recordingOf('wav')), person)).id;
    await app.retryNow();
    await app.work();
    const { result } = (await jobAt(person, location)) as { result: Made };
    const files = await readZip((await download(await link(person, result))).bytes);
    const described = jsonIn(files, 'journals.json') as { id: string; file: string }[];
    expect(described.map(({ id }) => id).sort()).toEqual([uploads[0]?.id, later].sort());
    const recordings = [...files.keys()].filter((path) => path.startsWith('recordings/'));
    expect(described.map(({ file }) => file).sort()).toEqual(recordings.sort());
  }, 30_000);

  it('says what had to be left out', async () => {
    const { person, uploads } = await writer(['opus']);
    const store: ObjectStore = {
      ...storeOf(app.s3),
      read: async () => {
        throw permanent('object_missing', 'It is gone.');
      },
    };
    const location = await asked(person);
    await app.work(store);
    const { result } = (await jobAt(person, location)) as { result: Made };
    const files = await readZip((await download(await link(person, result))).bytes);
    expect(jsonIn(files, 'manifest.json').leftOut).toEqual([
      { path: `recordings/${uploads[0]?.id}.encrypted`, reason: 'missing' },
    ]);
    expect(jsonIn(files, 'journals.json')).toMatchObject([{ id: uploads[0]?.id, file: null }]);
  });
});

describe('the address of an export', () => {
  it('asks for a new proof, and opens once', async () => {
    const { person } = await writer([]);
    const result = await made(person);
    const path = `/v1/exports/${result.exportId}/link`;
    expect(await person.send('POST', path)).toMatchObject({ status: 403, body: { code: 'reauthentication_required' } });
    const url = await link(person, result);
    expect((await fetch(url, { method: 'HEAD' })).headers.get('content-length')).toBe(String(result.size));
    expect((await download(url)).status).toBe(200);
    expect((await download(url)).status).toBe(404);
  });

  it('is nobody else’s, not of another export, and not good for longer than five minutes', async () => {
    const [{ person }, { person: eve }] = [await writer([]), await writer([])];
    const [hers, his] = [await made(person), await made(eve)];
    const foreign = await eve.send('POST', `/v1/exports/${hers.exportId}/link`, undefined, await eve.proof());
    expect(foreign.status).toBe(404);
    const url = await link(eve, his);
    expect((await download(url.replace(his.exportId, hers.exportId))).status).toBe(404);
    expect((await download(url.replace(/.{4}$/, 'AAAA'))).status).toBe(404);
    app.clock.advance({ minutes: 5 });
    expect((await download(url)).status).toBe(404);
  });

  it('a second one ends the first', async () => {
    const { person } = await writer([]);
    const result = await made(person);
    const [first, second] = [await link(person, result), await link(person, result)];
    expect([(await download(first)).status, (await download(second)).status]).toEqual([404, 200]);
  });

  it('lets a download that broke off go on, byte by byte the same', async () => {
    const { person } = await writer(['opus']);
    const result = await made(person);
    const whole = await download(await link(person, result));
    const etag = whole.headers.get('etag') ?? '';
    for (const from of [1, 700, Math.floor(result.size / 2), result.size - 30]) {
      const rest = await download(await link(person, result), { Range: `bytes=${from}-`, 'If-Range': etag });
      expect([rest.status, rest.headers.get('content-range')]).toEqual([
        206,
        `bytes ${from}-${result.size - 1}/${result.size}`,
      ]);
      expect(rest.bytes.equals(whole.bytes.subarray(from))).toBe(true);
    }
    const other = await download(await link(person, result), { Range: 'bytes=5-', 'If-Range': '"another"' });
    expect([other.status, other.bytes.length]).toEqual([200, result.size]);
  });

  it('is refused once a recording in it has been deleted for good', async () => {
    const { person, uploads } = await writer(['opus']);
    const result = await made(person);
    await app.look('delete from audio_metadata where journal_id = $1', [uploads[0]?.id]);
    const path = `/v1/exports/${result.exportId}/link`;
    expect((await person.send('POST', path, undefined, await person.proof())).body).toMatchObject({ code: 'conflict' });
  });

  it('is gone after seven days, and so is the export', async () => {
    const { person } = await writer([]);
    const result = await made(person);
    const expiresAt = Temporal.Instant.from(result.expiresAt);
    const expire = (at: Temporal.Instant) =>
      runHandler(app.worker.database, exportsExpire, exportsExpireHandler, {}, { clock: { now: () => at } });
    await expire(expiresAt.subtract({ seconds: 1 }));
    const left = () => app.look('select from export_piece where export_id = $1', [result.exportId]);
    expect(await left()).not.toHaveLength(0);
    await expire(expiresAt.add({ seconds: 1 }));
    expect(await left()).toHaveLength(0);
    const path = `/v1/exports/${result.exportId}/link`;
    expect((await person.send('POST', path, undefined, await person.proof())).status).toBe(404);
  });
});

describe('an export of one journal', () => {
  it('has that journal and its recording', async () => {
    const { person, uploads } = await writer(['opus', 'wav']);
    const result = await made(person, `/v1/journals/${uploads[1]?.id}/export`);
    const files = await readZip((await download(await link(person, result))).bytes);
    expect([...files.keys()].sort()).toEqual([
      'README.txt',
      'journals.json',
      'manifest.json',
      `recordings/${uploads[1]?.id}.encrypted`,
    ]);
    expect(jsonIn(files, 'journals.json')).toMatchObject([{ id: uploads[1]?.id }]);
  });

  it('is not to be had of anybody else’s', async () => {
    const [{ uploads }, eve] = [await writer(['opus']), await somebody()];
    expect((await eve.send('POST', `/v1/journals/${uploads[0]?.id}/export`)).status).toBe(404);
  });
});

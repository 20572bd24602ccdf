import { describe, expect, it } from '@jest/globals';
import type { Reply } from '../../support/api/client.ts';
import { type Journal, journals, type Person, put } from './journals-fixture.ts';
import { declaring, honestUpload, recordingOf } from './uploads.ts';

const fixture = journals();

const problemsOf = ({ status, body }: Reply) => ({
  status,
  code: body['code'],
  errors: (body['errors'] as { path: string; code: string }[] | undefined)?.map(({ path, code }) => `${path} ${code}`),
});
const post = (person: Person, body: unknown, headers = {}) => person.send('POST', '/v1/journals', body, headers);
const page = async (person: Person, query = '') => {
  const { body } = await person.send('GET', `/v1/journals${query}`);
  return body as { items: Journal[]; nextCursor: string | null };
};

describe('POST /v1/journals', () => {
  it('answers the journal and the one request that uploads its recording', async () => {
    const person = await fixture.person();
    const { body, object } = await honestUpload();
    const reply = await post(person, { ...body, title: 'Morning 🌱' });
    const { journal, upload } = reply.body as { journal: Journal; upload: Record<string, unknown> };
    expect([reply.status, reply.headers.get('location')]).toEqual([201, `/v1/journals/${journal.id}`]);
    expect(journal).toEqual({
      id: journal.id,
      title: 'Morning 🌱',
      recordedAt: body.recordedAt,
      timeZone: 'Europe/Madrid',
      localDate: '2026-11-20',
      durationSeconds: body.durationSeconds,
      isFavorite: false,
      preCheckinId: null,
      postCheckinId: null,
      audio: { ...body.audio, status: 'pending', reason: null },
      createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      updatedAt: journal['createdAt'],
    });
    expect(upload).toEqual({
      method: 'PUT',
      url: expect.stringContaining(fixture.s3.standIn.url),
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(object.length) },
      expiresAt: fixture.clock.now().add({ minutes: 15 }).toString({ fractionalSecondDigits: 3 }),
    });
    expect(await fixture.read(person, journal.id)).toEqual(journal);
  });

  it('gives every journal an object key of its own that cannot be guessed from its ids', async () => {
    const person = await fixture.person();
    const upload = await honestUpload();
    const ids = [await fixture.create(person, upload.body), await fixture.create(person, upload.body)].map(
      ({ journal }) => journal.id,
    );
    const keys = await Promise.all(ids.map(fixture.keyOf));
    for (const [at, key] of keys.entries())
      expect(key).toMatch(new RegExp(`^journals/${person.id}/${ids[at]}/[0-9a-f]{32}$`));
    expect(new Set(keys.map((key) => key.slice(-32))).size).toBe(2);
  });

  it('counts the night before the cut-off to the day before', async () => {
    const { body } = await honestUpload();
    const night = { ...body, recordedAt: '2026-11-20T01:59:59.999Z', timeZone: 'Europe/Madrid' };
    const { journal } = await fixture.create(await fixture.person(), night);
    expect(journal).toMatchObject({ localDate: '2026-11-19' });
  });

  it('gives the first answer again to the same Idempotency-Key, and makes one journal', async () => {
    const person = await fixture.person();
    const { body } = await honestUpload();
    const key = { 'Idempotency-Key': 'once' };
    const [first, again] = [await post(person, body, key), await post(person, body, key)];
    expect(again.body).toEqual(first.body);
    expect((await page(person)).items).toHaveLength(1);
  });

  it('records how the person felt before and after in the same transaction', async () => {
    const person = await fixture.person();
    const { body } = await honestUpload();
    const { journal } = await fixture.create(person, {
      ...body,
      preCheckin: { emotionTypeId: 12, intensity: 7, notes: 'heavy' },
      postCheckin: { emotionTypeId: 2, intensity: 4 },
    });
    const checkin = async (name: string) => (await person.send('GET', `/v1/emotions/${journal[name]}`)).body;
    expect(await checkin('preCheckinId')).toMatchObject({
      emotionTypeId: 12,
      notes: 'heavy',
      occurredAt: body.recordedAt,
      timeZone: 'Europe/Madrid',
      relatedJournalId: journal.id,
    });
    expect(await checkin('postCheckinId')).toMatchObject({ emotionTypeId: 2, occurredAt: '2026-11-20T08:30:06.000Z' });
    expect(await fixture.read(person, journal.id)).toEqual(journal);
    await person.send('DELETE', `/v1/emotions/${journal['preCheckinId']}`);
    expect(await fixture.read(person, journal.id)).toMatchObject({
      preCheckinId: null,
      postCheckinId: journal['postCheckinId'],
    });
  });

  it('leaves nothing behind where a check-in is refused, and says which', async () => {
    const person = await fixture.person();
    const { body } = await honestUpload();
    const reply = await post(person, { ...body, postCheckin: { emotionTypeId: 999, intensity: 4 } });
    expect(problemsOf(reply)).toEqual({
      status: 400,
      code: 'invalid_body',
      errors: ['postCheckin.emotionTypeId unknown'],
    });
    expect((await page(person)).items).toEqual([]);
  });

  it('refuses what nobody may record', async () => {
    const { body } = declaring(await honestUpload(recordingOf('wav')), { fileSize: 2 ** 31 });
    const reply = await post(await fixture.person(), { ...body, durationSeconds: 901 });
    expect(problemsOf(reply)).toMatchObject({
      status: 400,
      errors: expect.arrayContaining(['audio.fileSize too_large']),
    });
    const long = declaring(await honestUpload(recordingOf('mp3')), { fileSize: 3_604_000 }).body;
    expect(problemsOf(await post(await fixture.person(), { ...long, durationSeconds: 901 }))).toMatchObject({
      errors: ['durationSeconds too_long'],
    });
  });

  it('refuses what one request cannot upload', async () => {
    const premium = await fixture.person('premium');
    const mp3 = await honestUpload(recordingOf('mp3'));
    const declared = (fileSize: number) => ({
      ...declaring(mp3, { fileSize, bitRate: 128_000 }).body,
      durationSeconds: 2_097,
    });
    expect((await post(premium, declared(33_554_432 - 16))).status).toBe(201);
    expect(problemsOf(await post(premium, declared(33_554_432 - 15)))).toEqual({
      status: 400,
      code: 'invalid_body',
      errors: ['audio.fileSize too_large'],
    });
  });

  it.each([
    ['a reused byte as IV', { iv: 'AAAAAAAAAAAAAAAA' }, ['audio.envelope.iv bad_iv']],
    ['an IV of 11 bytes', { iv: 'P5EHxFriGG2zcCw=' }, ['audio.envelope.iv bad_iv']],
    ['an IV of version 3 with a counter', { version: 3 }, ['audio.envelope.iv bad_iv']],
    ['another algorithm', { algorithm: 'AES-128-CBC' }, ['audio.envelope.algorithm invalid_value']],
    ['a key', { key: 'c2VjcmV0' }, ['audio.envelope.key unknown_field']],
  ])('refuses %s', async (_what, envelope, errors) => {
    const { body } = await honestUpload();
    const changed = { ...body.audio, envelope: { ...body.audio.envelope, ...envelope } };
    const reply = await post(await fixture.person(), { ...body, audio: changed });
    expect(problemsOf(reply)).toEqual({ status: 400, code: 'invalid_body', errors });
  });

  it.each([
    [{ recordedAt: '2027-01-01T00:00:00Z' }, 'recordedAt out_of_range'],
    [{ recordedAt: '1999-12-31T00:00:00Z' }, 'recordedAt out_of_range'],
    [{ recordedAt: 'yesterday' }, 'recordedAt invalid_format'],
    [{ timeZone: 'Mars/Olympus' }, 'timeZone custom'],
    [{ durationSeconds: 0.5 }, 'durationSeconds impossible_duration'],
    [{ durationSeconds: 600 }, 'durationSeconds impossible_duration'],
    [{ title: 'x'.repeat(201) }, 'title too_big'],
    [{ userId: 'somebody' }, 'userId unknown_field'],
  ])('refuses %j', async (change, problem) => {
    const { body } = await honestUpload();
    const reply = await post(await fixture.person(), { ...body, ...change });
    expect(problemsOf(reply)).toMatchObject({ status: 400, errors: [problem] });
  });

  it('makes an address that takes no other length', async () => {
    const { body, object } = await honestUpload();
    const { upload } = await fixture.create(await fixture.person(), body);
    expect((await put(upload, object.subarray(1))).status).toBe(403);
    expect((await put(upload, new Uint8Array([...object, 0]))).status).toBe(403);
  });
});

describe('POST /v1/journals/{id}/complete', () => {
  it('answers 202 with the job that judges the recording', async () => {
    const person = await fixture.person();
    const upload = await honestUpload();
    const { journal, upload: address } = await fixture.create(person, upload.body);
    await put(address, upload.object);
    const reply = await fixture.complete(person, journal.id);
    expect([reply.status, reply.headers.get('location')]).toEqual([202, `/v1/jobs/${reply.body['jobId']}`]);
    expect((await fixture.read(person, journal.id)).audio.status).toBe('validating');
    const job = await person.send('GET', reply.headers.get('location') ?? '');
    expect(job.body).toMatchObject({ kind: 'audio.validate', state: 'pending' });
  });

  it('waits for the verdict where that is preferred', async () => {
    const person = await fixture.person();
    const upload = await honestUpload();
    const { journal, upload: address } = await fixture.create(person, upload.body);
    await put(address, upload.object);
    const path = `/v1/journals/${journal.id}/complete`;
    const waiting = person.send('POST', path, undefined, { Prefer: 'wait=10' });
    while ((await fixture.work()).length === 0) await fixture.read(person, journal.id);
    const { status, body } = await waiting;
    expect([status, body]).toMatchObject([200, { id: journal.id, audio: { status: 'valid', reason: null } }]);
  });

  it('said again, also after the verdict, answers with the same job and judges once', async () => {
    const person = await fixture.person();
    const upload = await honestUpload();
    const id = await fixture.sent(person, upload);
    const again = await Promise.all(Array.from({ length: 5 }, () => fixture.complete(person, id)));
    expect(await fixture.work()).toHaveLength(1);
    const afterwards = await fixture.complete(person, id);
    expect(await fixture.work()).toEqual([]);
    expect(new Set([...again, afterwards].map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set([...again, afterwards].map(({ body }) => body['jobId'])).size).toBe(1);
    expect(
      await fixture.look(`select 1 from job_done where kind = 'audio.validate' and subject = $1`, [person.id]),
    ).toHaveLength(1);
  });

  it('said by many at once makes one job', async () => {
    const person = await fixture.person();
    const { journal } = await fixture.create(person, (await honestUpload()).body);
    const replies = await Promise.all(Array.from({ length: 10 }, () => fixture.complete(person, journal.id)));
    expect(new Set(replies.map(({ status, body }) => `${status} ${body['jobId']}`)).size).toBe(1);
    expect(await fixture.look(`select 1 from job where subject = $1`, [person.id])).toHaveLength(1);
  });

  it('after the upload has expired is 409', async () => {
    const person = await fixture.person();
    const { journal } = await fixture.create(person, (await honestUpload()).body);
    await fixture.look(`update audio_metadata set status = 'expired' where journal_id = $1`, [journal.id]);
    expect(problemsOf(await fixture.complete(person, journal.id))).toMatchObject({ status: 409, code: 'conflict' });
  });
});

describe('somebody else’s journal', () => {
  it('is a missing one: to read, to complete, in the list', async () => {
    const [owner, other] = [await fixture.person(), await fixture.person()];
    const { journal } = await fixture.create(owner, (await honestUpload()).body);
    const missing = '019a0000-0000-7000-8000-000000000000';
    for (const id of [journal.id, missing, 'no-id']) {
      expect(problemsOf(await other.send('GET', `/v1/journals/${id}`))).toMatchObject({ status: 404 });
      expect(problemsOf(await fixture.complete(other, id))).toMatchObject({ status: 404 });
    }
    expect(await page(other)).toEqual({ items: [], nextCursor: null });
    expect((await fixture.read(owner, journal.id)).audio.status).toBe('pending');
  });

  it('is nobody’s who is not signed in', async () => {
    const stranger = await fixture.person();
    const reply = await stranger.send('GET', '/v1/journals', undefined, { Authorization: 'Bearer none' });
    expect(problemsOf(reply)).toMatchObject({ status: 401 });
  });
});

describe('GET /v1/journals', () => {
  it('gives the latest recorded first, a page at a time, and each once', async () => {
    const person = await fixture.person();
    const { body } = await honestUpload();
    const times = ['2026-11-18T08:00:00.000Z', '2026-11-20T08:00:00.000Z', '2026-11-19T08:00:00.000Z'];
    for (const recordedAt of [...times, ...times]) await fixture.create(person, { ...body, recordedAt });
    const whole = (await page(person)).items;
    expect(whole.map((journal) => journal['recordedAt'])).toEqual(
      times
        .flatMap((at) => [at, at])
        .toSorted()
        .toReversed(),
    );

    const pages: Journal[][] = [];
    let cursor: string | null = null;
    do {
      const { items, nextCursor } = await page(person, `?limit=4${cursor ? `&cursor=${cursor}` : ''}`);
      pages.push(items);
      cursor = nextCursor;
    } while (cursor);
    expect(pages.map(({ length }) => length)).toEqual([4, 2]);
    expect(pages.flat()).toEqual(whole);
  });

  it('shows what became of each recording', async () => {
    const person = await fixture.person();
    const { journal } = await fixture.create(person, (await honestUpload()).body);
    await fixture.complete(person, journal.id);
    await fixture.work();
    const valid = await fixture.sent(person, await honestUpload());
    await fixture.work();
    const verdicts = (await page(person)).items.map(({ id, audio }) => [id, audio.status, audio.reason]);
    expect(verdicts).toEqual(
      expect.arrayContaining([
        [journal.id, 'rejected', 'missing_object'],
        [valid, 'valid', null],
      ]),
    );
  });

  it('leaves deleted ones out', async () => {
    const person = await fixture.person();
    const { journal } = await fixture.create(person, (await honestUpload()).body);
    await fixture.look('update journal set deleted_at = now() where id = $1', [journal.id]);
    expect((await page(person)).items).toEqual([]);
    expect((await person.send('GET', `/v1/journals/${journal.id}`)).status).toBe(404);
    expect((await fixture.complete(person, journal.id)).status).toBe(404);
  });

  it('refuses a cursor that is not its own', async () => {
    const person = await fixture.person();
    expect(problemsOf(await person.send('GET', '/v1/journals?cursor=abc'))).toMatchObject({
      status: 400,
      code: 'bad_cursor',
    });
  });
});

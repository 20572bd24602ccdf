import { describe, expect, it } from '@jest/globals';
import { changeAccount } from '../../../shared/accounts/index.ts';
import { type Journal, journals, type Person, problemOf, put } from './journals-fixture.ts';
import { declaring, honestUpload, recordingOf } from './uploads.ts';

const fixture = journals();

const post = (person: Person, body: unknown, headers = {}) => person.send('POST', '/v1/journals', body, headers);
const journalsOf = async (person: Person) => (await person.send('GET', '/v1/journals')).body['items'];

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
    expect(await journalsOf(person)).toHaveLength(1);
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
    expect(problemOf(reply)).toEqual({
      status: 400,
      code: 'invalid_body',
      errors: ['postCheckin.emotionTypeId unknown'],
    });
    expect(await journalsOf(person)).toEqual([]);
  });

  it('refuses what nobody may record', async () => {
    const { body } = declaring(await honestUpload(recordingOf('wav')), { fileSize: 2 ** 31 });
    const reply = await post(await fixture.person(), { ...body, durationSeconds: 901 });
    expect(problemOf(reply)).toMatchObject({
      status: 400,
      errors: expect.arrayContaining(['audio.fileSize too_large']),
    });
    const long = declaring(await honestUpload(recordingOf('mp3')), { fileSize: 3_604_000 }).body;
    expect(problemOf(await post(await fixture.person(), { ...long, durationSeconds: 901 }))).toMatchObject({
      errors: ['durationSeconds too_long'],
    });
  });

  it('follows the tier that an operator sets, from the next request on', async () => {
    const [person, admin] = [await fixture.person(), await fixture.person('administrator')];
    const setTier = (tier: 'standard' | 'premium') =>
      fixture.api.database.transaction({ userId: admin.id }, (tx) =>
        changeAccount(
          tx,
          { id: admin.id, role: 'operator' },
          { id: person.id, change: { kind: 'tier', tier }, reason: 'a test' },
          fixture.clock.now(),
        ),
      );
    const mp3 = await honestUpload(recordingOf('mp3'));
    const { body } = declaring(mp3, { fileSize: 14_416_000, bitRate: 128_000 });
    const long = { ...body, durationSeconds: 901 };
    const statuses = async () => [(await post(person, long)).status];
    expect(await statuses()).toEqual([400]);

    await setTier('premium');
    expect(await statuses()).toEqual([401]);
    await person.refresh(2);
    expect(await statuses()).toEqual([201]);

    await setTier('standard');
    expect(await statuses()).toEqual([401]);
    await person.refresh(3);
    expect(problemOf(await post(person, long))).toMatchObject({ errors: ['durationSeconds too_long'] });
  });

  it.each([
    [{ recordedAt: '2027-01-01T00:00:00Z' }, 'recordedAt out_of_range'],
    [{ recordedAt: '1999-12-31T00:00:00Z' }, 'recordedAt out_of_range'],
    [{ recordedAt: 'yesterday' }, 'recordedAt invalid_format'],
    [{ timeZone: 'Mars/Olympus' }, 'timeZone invalid_value'],
    [{ title: 'x'.repeat(201) }, 'title too_big'],
    [{ userId: 'somebody' }, 'userId unknown_field'],
  ])('refuses %j', async (change, problem) => {
    const { body } = await honestUpload();
    const reply = await post(await fixture.person(), { ...body, ...change });
    expect(problemOf(reply)).toMatchObject({ status: 400, errors: [problem] });
  });

  it('makes an address that takes no other length', async () => {
    const { body, object } = await honestUpload();
    const { upload } = await fixture.create(await fixture.person(), body);
    expect((await put(upload, object.subarray(1))).status).toBe(403);
    expect((await put(upload, new Uint8Array([...object, 0]))).status).toBe(403);
  });
});

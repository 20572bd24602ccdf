import { describe, expect, it } from '@jest/globals';
import { everyPage } from '../../support/api/every-page.ts';
import { type Journal, journals, type Person, problemOf, put } from './journals-fixture.ts';
import { honestUpload } from './uploads.ts';

const fixture = journals();

const page = async (person: Person, query = '') => {
  const { body } = await person.send('GET', `/v1/journals${query}`);
  return body as { items: Journal[]; nextCursor: string | null };
};

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
    expect(problemOf(await fixture.complete(person, journal.id))).toMatchObject({ status: 409, code: 'conflict' });
  });
});

describe('somebody else’s journal', () => {
  it('is a missing one: to read, to complete, in the list', async () => {
    const [owner, other] = [await fixture.person(), await fixture.person()];
    const { journal } = await fixture.create(owner, (await honestUpload()).body);
    const missing = '019a0000-0000-7000-8000-000000000000';
    for (const id of [journal.id, missing, 'no-id']) {
      expect(problemOf(await other.send('GET', `/v1/journals/${id}`))).toMatchObject({ status: 404 });
      expect(problemOf(await fixture.complete(other, id))).toMatchObject({ status: 404 });
    }
    expect(await page(other)).toEqual({ items: [], nextCursor: null });
    expect((await fixture.read(owner, journal.id)).audio.status).toBe('pending');
  });

  it('is nobody’s who is not signed in', async () => {
    const stranger = await fixture.person();
    const reply = await stranger.send('GET', '/v1/journals', undefined, { Authorization: 'Bearer none' });
    expect(problemOf(reply)).toMatchObject({ status: 401 });
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

    const pages = (await everyPage(4, (query) => page(person, query))).map(({ items }) => items);
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
    expect(problemOf(await person.send('GET', '/v1/journals?cursor=abc'))).toMatchObject({
      status: 400,
      code: 'bad_cursor',
    });
  });
});

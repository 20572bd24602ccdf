import { describe, expect, it } from '@jest/globals';
import { journals, type Person, problemOf } from './journals-fixture.ts';
import { honestUpload, plaintextUpload, recordingOf } from './uploads.ts';

const fixture = journals();

const remove = (person: Person, id: string) => person.send('DELETE', `/v1/journals/${id}`);
const restore = (person: Person, id: string) => person.send('POST', `/v1/journals/${id}/restore`);
const activities = (id: string) => fixture.look('select local_date::text from activity where source_id = $1', [id]);
const purges = (id: string) =>
  fixture.look(`select due_at from job where kind = 'journal.purge' and payload ->> 'journalId' = $1 order by due_at`, [
    id,
  ]);

describe('DELETE /v1/journals/{id}', () => {
  it('takes it out of every read at once, and plans its purge for 7 days later', async () => {
    const person = await fixture.person();
    const id = await fixture.sent(person, await honestUpload());
    await fixture.work();
    const before = fixture.clock.now();
    expect((await remove(person, id)).status).toBe(204);

    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { title: 'x' }],
      ['PUT', '/favorite', undefined],
      ['DELETE', '/favorite', undefined],
      ['POST', '/complete', undefined],
      ['DELETE', '', undefined],
    ] as const)
      expect([method, path, (await person.send(method, `/v1/journals/${id}${path}`, body)).status]).toEqual([
        method,
        path,
        404,
      ]);
    expect((await person.send('GET', '/v1/journals')).body['items']).toEqual([]);
    const checkin = { emotionTypeId: 1, intensity: 5, occurredAt: '2026-11-20T08:00:00Z', timeZone: 'UTC' };
    expect((await person.send('POST', '/v1/emotions', { ...checkin, relatedJournalId: id })).status).toBe(404);

    const [purge] = await purges(id);
    const week = Temporal.Instant.fromEpochMilliseconds(purge.due_at.getTime()).since(before).total('seconds');
    expect(week).toBeGreaterThanOrEqual(7 * 86_400 - 1);
    expect(week).toBeLessThan(7 * 86_400 + 60);
    expect(await fixture.stored(id)).toHaveLength(1);
  });

  it('keeps the day for the streak, and the check-ins that were recorded with it', async () => {
    const person = await fixture.person();
    const { body, object } = await honestUpload();
    const around = { preCheckin: { emotionTypeId: 1, intensity: 4 }, postCheckin: { emotionTypeId: 2, intensity: 6 } };
    const id = await fixture.sent(person, { body: { ...body, ...around } as typeof body, object });
    await fixture.work();
    const checkins = (await person.send('GET', '/v1/emotions')).body;
    const days = await activities(id);
    expect(days).toEqual([{ local_date: '2026-11-20' }]);
    await remove(person, id);
    expect(await activities(id)).toEqual(days);
    expect((await person.send('GET', '/v1/emotions')).body).toEqual(checkins);
  });

  it('while it validates lets no verdict bring it back; restored, it has the verdict', async () => {
    const person = await fixture.person();
    const id = await fixture.sent(person, await honestUpload());
    await remove(person, id);
    await fixture.work();
    expect((await person.send('GET', `/v1/journals/${id}`)).status).toBe(404);
    // As if the verdict had come a moment earlier: the day is one on which something was recorded.
    expect(await activities(id)).toHaveLength(1);
    expect((await restore(person, id)).body).toMatchObject({ id, audio: { status: 'valid' } });
  });

  it('leaves no voice in the clear to wait for the purge', async () => {
    const person = await fixture.person();
    const id = await fixture.sent(person, await plaintextUpload(recordingOf('wav')));
    await remove(person, id);
    await fixture.work();
    expect(await fixture.stored(id)).toEqual([]);
    expect((await restore(person, id)).body).toMatchObject({
      audio: { status: 'rejected', reason: 'plaintext_audio' },
    });
  });

  it('of one that waits for its upload lets it neither complete nor count', async () => {
    const person = await fixture.person();
    const id = await fixture.created(person, await honestUpload());
    await remove(person, id);
    expect((await fixture.complete(person, id)).status).toBe(404);
    await fixture.work();
    expect(await activities(id)).toEqual([]);
    expect((await restore(person, id)).body).toMatchObject({ audio: { status: 'pending' } });
    expect((await fixture.complete(person, id)).status).toBe(202);
  });

  it('said by many at once deletes once and plans one purge', async () => {
    const person = await fixture.person();
    const id = await fixture.created(person, await honestUpload());
    const statuses = (await Promise.all(Array.from({ length: 8 }, () => remove(person, id)))).map(
      ({ status }) => status,
    );
    expect(statuses.toSorted()).toEqual([204, ...Array.from({ length: 7 }, () => 404)]);
    expect(await purges(id)).toHaveLength(1);
  });

  it('finds nobody else’s', async () => {
    const [owner, other] = [await fixture.person(), await fixture.person()];
    const id = await fixture.created(owner, await honestUpload());
    expect((await remove(other, id)).status).toBe(404);
    expect((await fixture.read(owner, id)).id).toBe(id);
    await remove(owner, id);
    expect((await restore(other, id)).status).toBe(404);
    expect((await restore(owner, id)).status).toBe(200);
  });
});

describe('POST /v1/journals/{id}/restore', () => {
  it('gives back the journal as it was, also asked twice, and of one that was never deleted', async () => {
    const person = await fixture.person();
    const id = await fixture.sent(person, await honestUpload());
    await fixture.work();
    const whole = await fixture.read(person, id);
    expect((await restore(person, id)).body).toEqual(whole);
    await remove(person, id);
    expect([(await restore(person, id)).body, (await restore(person, id)).body]).toEqual([whole, whole]);
    expect(await fixture.read(person, id)).toEqual(whole);
  });

  it('is possible for 7 days, to the millisecond', async () => {
    const person = await fixture.person();
    const [kept, lost] = [
      await fixture.created(person, await honestUpload()),
      await fixture.created(person, await honestUpload()),
    ];
    await Promise.all([remove(person, kept), remove(person, lost)]);
    fixture.clock.advance({ milliseconds: 7 * 86_400_000 - 1 });
    await person.refresh(1);
    expect((await restore(person, kept)).status).toBe(200);
    fixture.clock.advance({ milliseconds: 1 });
    expect(problemOf(await restore(person, lost))).toMatchObject({ status: 409, code: 'conflict' });
    expect((await person.send('GET', `/v1/journals/${lost}`)).status).toBe(404);
  });

  it('makes the planned purge do nothing, and the one of a later deletion is another', async () => {
    const person = await fixture.person();
    const id = await fixture.sent(person, await honestUpload());
    await fixture.work();
    await remove(person, id);
    await restore(person, id);
    fixture.clock.advance({ hours: 1 });
    await person.refresh(1);
    await remove(person, id);
    expect(await purges(id)).toHaveLength(2);
    await restore(person, id);
    await fixture.look(`update job set due_at = now() where kind = 'journal.purge' and subject = $1`, [person.id]);
    await fixture.work();
    const results = await fixture.look(
      `select result ->> 'status' as status from job_done where kind = 'journal.purge' and subject = $1`,
      [person.id],
    );
    expect(results).toEqual([{ status: 'gone' }, { status: 'gone' }]);
    expect([(await fixture.read(person, id)).audio.status, (await fixture.stored(id)).length]).toEqual(['valid', 1]);
  });
});

import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { fileOf, good, HEADER, imports } from './imports-fixture.ts';

const app = imports();
const { fixture } = app;
const somebody = () => fixture.person();

const allGood = (created: number) => ({
  created,
  existing: 0,
  duplicates: 0,
  rejected: 0,
  errors: [],
  moreErrors: 0,
  notRead: 0,
});

describe('an import', () => {
  it('records each line as the check-in it is', async () => {
    const anna = await somebody();
    const file = fileOf('2026-03-01T08:30:00+01:00,Europe/Madrid,sadness,3,at work,"long, and\nwith ""lines"""');
    expect(await app.imported(anna, file)).toEqual({ format: 'amira', lines: 1, ...allGood(1) });
    expect(await app.checkins(anna)).toMatchObject([
      {
        emotionTypeId: 12,
        intensity: 3,
        context: 'at work',
        notes: 'long, and\nwith "lines"',
        occurredAt: '2026-03-01T07:30:00.000Z',
        timeZone: 'Europe/Madrid',
        localDate: '2026-03-01',
      },
    ]);
  });

  it('takes what Daylio exports, in the zone of the account or the one that is named', async () => {
    const file =
      '\ufefffull_date,date,weekday,time,mood,activities,note_title,note\r\n2026-03-01,March 1,Sunday,8:30 pm,rad,"friends | cinema","","What a day"\r\n';
    const [anna, ben] = [await somebody(), await somebody()];
    expect(await app.imported(anna, file)).toEqual({ format: 'daylio', lines: 1, ...allGood(1) });
    expect(await app.checkins(anna)).toMatchObject([{ timeZone: 'UTC', occurredAt: '2026-03-01T20:30:00.000Z' }]);
    await app.imported(
      ben,
      file.replace('rad', 'Super'),
      '/v1/emotions/import?timeZone=Asia/Tokyo&moods=Super,Gut,Ok,Schlecht,Lausig',
    );
    expect(await app.checkins(ben)).toMatchObject([
      {
        timeZone: 'Asia/Tokyo',
        occurredAt: '2026-03-01T11:30:00.000Z',
        context: 'friends, cinema',
        notes: 'What a day',
      },
    ]);
  });

  it('knows a line of Daylio’s again when it is imported from another zone', async () => {
    const anna = await somebody();
    const file = 'full_date,time,mood\n2026-03-01,20:30,meh\n';
    await app.imported(anna, file, '/v1/emotions/import?timeZone=Europe/Madrid');
    const again = await app.imported(anna, file, '/v1/emotions/import?timeZone=Asia/Tokyo');
    expect(again).toMatchObject({ created: 0, existing: 1, rejected: 0 });
    expect(await app.count(anna, 'checkin')).toBe(1);
  });

  it('records every line once, however often it comes', async () => {
    const anna = await somebody();
    const lines = Array.from({ length: 1_200 }, (_, n) => good(n));
    expect(await app.imported(anna, fileOf(...lines, good(3)))).toMatchObject({
      lines: 1_201,
      created: 1_200,
      duplicates: 1,
    });
    const again = `${HEADER.replaceAll(',', ';')}\r\n${[good(1_300), ...lines].join('\r\n').replaceAll(',', ';')}`;
    expect(await app.imported(anna, again)).toMatchObject({ created: 1, existing: 1_200 });
    expect([await app.count(anna, 'checkin'), await app.count(anna, 'activity')]).toEqual([1_201, 1_201]);
  });

  it('is refused while another of the same person is under way, with nothing left behind', async () => {
    const [anna, ben] = [await somebody(), await somebody()];
    const headers = { 'Idempotency-Key': randomUUID() };
    const first = await app.send(anna, fileOf(good()));
    const second = () => app.send(anna, fileOf(good(1)), undefined, headers);
    expect(await second()).toMatchObject({ status: 409, body: { code: 'import_under_way' } });
    expect(app.files().filter((key) => key.includes(anna.id))).toHaveLength(1);
    expect((await app.send(ben, fileOf(good()))).status).toBe(202);
    await app.work('trends');
    expect(await app.jobOf(anna, first)).toMatchObject({ state: 'done', result: { created: 1 } });
    expect((await second()).status).toBe(202);
  });

  it('is one of two that are sent at once', async () => {
    const anna = await somebody();
    const replies = await Promise.all([app.send(anna, fileOf(good())), app.send(anna, fileOf(good()))]);
    expect(replies.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect(app.files().filter((key) => key.includes(anna.id))).toHaveLength(1);
  });

  it.each(['cancelled', 'dead'])('does not wait for one that is %s', async (state) => {
    const anna = await somebody();
    await app.send(anna, fileOf(good()));
    await fixture.look(
      state === 'dead' ? `update job set state = 'dead' where subject = $1` : 'delete from job where subject = $1',
      [anna.id],
    );
    expect((await app.send(anna, fileOf(good()))).status).toBe(202);
  });

  it('puts right what was imported with the wrong zone and moods, once that has been undone', async () => {
    const anna = await somebody();
    const file = 'full_date,time,mood\n2026-03-01,20:30,meh\n2026-03-02,20:30,good\n';
    await app.imported(anna, file, '/v1/emotions/import?timeZone=Europe/Madrid');
    const [, first] = await app.checkins(anna);
    await anna.send('DELETE', `/v1/emotions/${first?.['id']}`);
    const again = '/v1/emotions/import?timeZone=Asia/Tokyo&moods=meh,good,x,y,z';
    expect(await app.imported(anna, file, again)).toMatchObject({ created: 1, existing: 1, rejected: 0 });
    expect(await app.checkins(anna)).toMatchObject([
      { occurredAt: '2026-03-02T19:30:00.000Z', timeZone: 'Europe/Madrid', emotionTypeId: 1, intensity: 4 },
      { occurredAt: '2026-03-01T11:30:00.000Z', timeZone: 'Asia/Tokyo', emotionTypeId: 1, intensity: 8 },
    ]);
    expect(await app.imported(anna, file, again)).toMatchObject({ created: 0, existing: 2 });
    expect([await app.count(anna, 'checkin'), await app.count(anna, 'activity')]).toEqual([2, 2]);
  });

  it('frees no name that a phone gave to what was undone', async () => {
    const anna = await somebody();
    const sent = { emotionTypeId: 1, intensity: 7, occurredAt: '2026-03-01T00:00:00Z', timeZone: 'Europe/Madrid' };
    const send = async () => {
      const { body } = await anna.send('POST', '/v1/emotions/batch', { items: [{ clientId: 'one', ...sent }] });
      return (body['items'] as { status: string; id: string }[])[0];
    };
    const first = await send();
    await anna.send('DELETE', `/v1/emotions/${first?.id}`);
    expect(await app.imported(anna, fileOf(good()))).toMatchObject({ created: 1 });
    expect(await send()).toEqual({ ...first, status: 'existing' });
    expect(await app.count(anna, 'checkin')).toBe(1);
  });

  it('is its owner’s alone, and so are the names of its lines', async () => {
    const [anna, eve] = [await somebody(), await somebody()];
    const reply = await app.send(anna, fileOf(good()));
    expect((await eve.send('GET', reply.headers.get('Location') ?? '')).status).toBe(404);
    await app.work('trends');
    expect(await app.imported(eve, fileOf(good()))).toMatchObject({ created: 1 });
    const names = await fixture.look('select distinct client_id from checkin_client_id where user_id = any($1)', [
      [anna.id, eve.id],
    ]);
    expect(names).toHaveLength(2);
  });

  it('has what follows computed once when it is done, and in case it never is', async () => {
    const anna = await somebody();
    await app.imported(anna, fileOf(...Array.from({ length: 1_500 }, (_, n) => good(n))));
    expect(await app.jobsOf(anna)).toEqual([
      { kind: 'achievements.evaluate', state: 'pending', later: false },
      { kind: 'import.delete', state: 'pending', later: false },
      { kind: 'streak.recompute', state: 'pending', later: false },
      { kind: 'trends.recompute', state: 'pending', later: false },
    ]);
    const [coalesced] = await fixture.look(
      `select coalesced from job where subject = $1 and kind = 'streak.recompute'`,
      [anna.id],
    );
    expect(coalesced).toEqual({ coalesced: 3 });
  });

  it('has nothing computed when it brought nothing new', async () => {
    const anna = await somebody();
    expect(await app.imported(anna, `${HEADER}\n`)).toMatchObject({ lines: 0, created: 0 });
    expect(await app.jobsOf(anna)).toMatchObject([{ kind: 'import.delete' }]);
  });

  it('sent again under the same key is the same import', async () => {
    const anna = await somebody();
    const headers = { 'Idempotency-Key': randomUUID() };
    const before = app.files().length;
    const [first, again] = [
      await app.send(anna, fileOf(good()), undefined, headers),
      await app.send(anna, fileOf(good()), undefined, headers),
    ];
    expect(again.headers.get('Location')).toBe(first.headers.get('Location'));
    expect(app.files()).toHaveLength(before + 1);
    expect((await app.send(anna, fileOf(good(1)), undefined, headers)).status).toBe(422);
    expect(app.files()).toHaveLength(before + 1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { everyPage } from '../../support/api/every-page.ts';
import { type Journal, journals, type Person, problemOf } from './journals-fixture.ts';
import { honestUpload } from './uploads.ts';

const fixture = journals();

type Page = { items: Journal[]; nextCursor: string | null };

const recorded = async (person: Person, over: Record<string, unknown> = {}) =>
  (await fixture.create(person, { ...(await honestUpload()).body, ...over })).journal;
const ask = (person: Person, filter: unknown, query = '') => person.send('POST', `/v1/journals/filter${query}`, filter);
const idsOf = async (person: Person, filter: unknown) =>
  ((await ask(person, filter)).body as unknown as Page).items.map(({ id }) => id);

const pages = (person: Person, filter: unknown, limit: number): Promise<Page[]> =>
  everyPage(limit, async (query) => (await ask(person, filter, query)).body as unknown as Page);

/** Copies of a journal, each an hour older than the one before, with the same sealed title or none. */
const copies = (id: string, count: number, isTitled: boolean) =>
  fixture.look(
    `with many as (
       insert into journal (id, user_id, title_sealed, recorded_at, time_zone, local_date, duration_seconds, created_at, updated_at)
       select gen_random_uuid(), user_id, case when $3 then title_sealed end, recorded_at - nth * interval '1 hour', time_zone,
              local_date, duration_seconds, created_at, updated_at
       from journal cross join generate_series(1, $2) as nth where id = $1 returning id, user_id
     )
     insert into audio_metadata (journal_id, user_id, object_key, format, sample_rate, bit_rate, channels, file_size, checksum,
                                 envelope_version, algorithm, iv, key_id, created_at)
     select many.id, many.user_id, many.id, format, sample_rate, bit_rate, channels, file_size, checksum, envelope_version,
            algorithm, iv, key_id, created_at
     from many cross join audio_metadata audio where audio.journal_id = $1`,
    [id, count, isTitled],
  );

describe('POST /v1/journals/filter', () => {
  it('without a filter is the list', async () => {
    const person = await fixture.person();
    for (const day of ['18', '20', '19']) await recorded(person, { recordedAt: `2026-11-${day}T08:00:00Z` });
    const listed = (await person.send('GET', '/v1/journals')).body;
    expect((await ask(person, {})).body).toEqual(listed);
    const paged = await pages(person, {}, 2);
    expect(paged.map(({ items }) => items.length)).toEqual([2, 1]);
    expect(paged.flatMap(({ items }) => items)).toEqual((listed as unknown as Page).items);
  });

  it('goes by when it was recorded: from included, to not', async () => {
    const person = await fixture.person();
    const at = (hour: number) => `2026-11-19T0${hour}:00:00.000Z`;
    const [, second, third] = [
      await recorded(person, { recordedAt: at(1) }),
      await recorded(person, { recordedAt: at(2) }),
      await recorded(person, { recordedAt: at(3) }),
      await recorded(person, { recordedAt: at(4) }),
    ];
    expect(await idsOf(person, { from: at(2), to: at(4) })).toEqual([third?.id, second?.id]);
    expect(await idsOf(person, { from: '2026-11-19T05:00:00+03:00', to: at(3) })).toEqual([second?.id]);
    expect(await idsOf(person, { from: at(2), to: at(2) })).toEqual([]);
  });

  it('goes by favourite, duration and how one felt before or after', async () => {
    const person = await fixture.person();
    const { durationSeconds } = (await honestUpload()).body;
    const [before, after, neither] = [
      await recorded(person, { preCheckin: { emotionTypeId: 3, intensity: 4 } }),
      await recorded(person, {
        preCheckin: { emotionTypeId: 1, intensity: 4 },
        postCheckin: { emotionTypeId: 3, intensity: 5 },
      }),
      await recorded(person),
    ];
    await person.send('PUT', `/v1/journals/${after.id}/favorite`);
    expect((await idsOf(person, { emotionTypeId: 3 })).toSorted()).toEqual([before.id, after.id].toSorted());
    expect(await idsOf(person, { emotionTypeId: 3, favorite: true })).toEqual([after.id]);
    expect(await idsOf(person, { emotionTypeId: 30_000 })).toEqual([]);
    expect((await idsOf(person, { favorite: false })).toSorted()).toEqual([before.id, neither.id].toSorted());
    expect(await idsOf(person, { minSeconds: durationSeconds, maxSeconds: durationSeconds })).toHaveLength(3);
    expect(await idsOf(person, { minSeconds: durationSeconds + 0.001 })).toEqual([]);
    expect(await idsOf(person, { maxSeconds: durationSeconds - 0.001 })).toEqual([]);
  });

  it('refuses bounds that nothing lies between', async () => {
    const person = await fixture.person();
    const refusalOf = async (filter: Record<string, unknown>) => {
      const { status, body } = await ask(person, filter);
      const [{ path, code } = {}] = body['errors'] as { path: string; code: string }[];
      return [status, path, code];
    };
    const [early, late] = ['2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z'];
    expect(await refusalOf({ from: late, to: early })).toEqual([400, 'to', 'too_small']);
    expect(await refusalOf({ minSeconds: 60, maxSeconds: 59.9 })).toEqual([400, 'maxSeconds', 'too_small']);
  });

  it('finds a title by any part of it, whatever its case and accents, and with all else that is asked', async () => {
    const person = await fixture.person();
    const journal = await recorded(person, { title: 'Feliz Año Nuevo' });
    await recorded(person, { title: 'Otro día' });
    await recorded(person);
    for (const title of ['ano', 'AÑO NUEVO', 'feliz', ' '])
      expect(await idsOf(person, { title })).toContain(journal.id);
    expect(await idsOf(person, { title: 'ano' })).toEqual([journal.id]);
    expect(await idsOf(person, { title: 'ano', favorite: true })).toEqual([]);
    expect(await idsOf(person, { title: '%' })).toEqual([]);
    await person.send('PATCH', `/v1/journals/${journal.id}`, { title: 'Otro' });
    expect(await idsOf(person, { title: 'ano' })).toEqual([]);
  });

  it('looks at 2,000 titles a page and goes on from there, giving each journal once', async () => {
    const person = await fixture.person();
    const newest = await recorded(person, { title: 'walk', recordedAt: '2026-11-20T09:00:00Z' });
    const dull = await recorded(person, { title: 'dull', recordedAt: '2026-11-20T08:00:00Z' });
    await copies(dull.id, 4_500, true);
    const oldest = await recorded(person, { title: 'Another Walk', recordedAt: '2026-01-01T08:00:00Z' });
    const all = await pages(person, { title: 'walk' }, 2);
    expect(all.map(({ items }) => items.map(({ id }) => id))).toEqual([[newest.id], [], [oldest.id]]);
    expect(await pages(person, { title: 'dull' }, 100)).toHaveLength(46);
  });

  it('opens no journal without a title', async () => {
    const person = await fixture.person();
    const untitled = await recorded(person, { title: 'gone' });
    await copies(untitled.id, 2_500, false);
    const [page, ...others] = await pages(person, { title: 'o' }, 20);
    expect([page?.items.map(({ id }) => id), others]).toEqual([[untitled.id], []]);
  });

  it('shows nobody else’s journals and no deleted ones', async () => {
    const [owner, other] = [await fixture.person(), await fixture.person()];
    const { id } = await recorded(owner, { title: 'Mine' });
    expect(await idsOf(other, { title: 'mine' })).toEqual([]);
    expect(await idsOf(owner, { title: 'mine' })).toEqual([id]);
    await owner.send('DELETE', `/v1/journals/${id}`);
    expect([await idsOf(owner, { title: 'mine' }), await idsOf(owner, {})]).toEqual([[], []]);
  });

  it.each([
    [{ from: 'yesterday' }, 'from invalid_format'],
    [{ from: '0000-12-31T23:59:59Z' }, 'from invalid_format'],
    [{ to: '9999-12-31T23:59:59-01:00' }, 'to invalid_format'],
    [{ favorite: 'yes' }, 'favorite invalid_type'],
    [{ emotionTypeId: 1.5 }, 'emotionTypeId invalid_type'],
    [{ minSeconds: -1 }, 'minSeconds too_small'],
    [{ title: '' }, 'title too_small'],
    [{ title: 'x'.repeat(201) }, 'title too_big'],
    [{ userId: 'somebody' }, 'userId unknown_field'],
  ])('refuses %j', async (filter, problem) => {
    expect(problemOf(await ask(await fixture.person(), filter))).toMatchObject({ status: 400, errors: [problem] });
  });

  it('refuses a cursor that is not its own', async () => {
    expect(problemOf(await ask(await fixture.person(), {}, '?cursor=abc'))).toMatchObject({ code: 'bad_cursor' });
  });
});

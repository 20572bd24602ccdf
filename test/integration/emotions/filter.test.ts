import { describe, expect, it } from '@jest/globals';
import { everyPage } from '../../support/api/every-page.ts';
import type { Person } from '../../support/api/served.ts';
import { emotionsApi, feeling } from './emotions-api.ts';

const api = emotionsApi();

type Page = { items: { id: string; occurredAt: string }[]; nextCursor: string | null };

const ask = (person: Person, filter: unknown, query = '') =>
  person.send('POST', `/v1/emotions/filter${query}`, { body: filter });
const idsOf = async (person: Person, filter: unknown) =>
  ((await ask(person, filter)).body as unknown as Page).items.map(({ id }) => id);

async function felt(person: Person, over: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await person.send('POST', '/v1/emotions', { body: { ...feeling, ...over } });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return String(body['id']);
}

const pages = (person: Person, filter: unknown, limit: number): Promise<Page[]> =>
  everyPage(limit, async (query) => (await ask(person, filter, query)).body as unknown as Page);

/** Copies of a check-in, each a second older than the one before, with the same sealed context or none. */
const copies = (person: Person, id: string, count: number, hasContext: boolean) =>
  api.rowsOf(
    person,
    `insert into checkin (id, user_id, emotion_type_id, intensity, context_sealed, occurred_at, time_zone, local_date, received_at)
     select gen_random_uuid(), user_id, emotion_type_id, intensity, case when ${hasContext} then context_sealed end,
            occurred_at - nth * interval '1 second', time_zone, local_date, received_at
     from checkin cross join generate_series(1, ${count}) as nth where id = '${id}'`,
  );

describe('POST /v1/emotions/filter', () => {
  it('without a filter is the list', async () => {
    const anna = await api.person();
    for (const time of ['05:00', '07:00', '06:00', '06:00'])
      await felt(anna, { occurredAt: `2026-03-29T${time}:00Z`, context: 'At home', notes: 'Well slept' });
    const listed = (await anna.send('GET', '/v1/emotions')).body;
    expect((await ask(anna, {})).body).toEqual(listed);
    const paged = await pages(anna, {}, 2);
    expect(paged.map(({ items }) => items.length)).toEqual([2, 2]);
    expect(paged.flatMap(({ items }) => items)).toEqual((listed as unknown as Page).items);
  });

  it('goes by when it was felt: from included, to not', async () => {
    const anna = await api.person();
    const at = (hour: number) => `2026-03-28T0${hour}:00:00.000Z`;
    const [, second, third] = [
      await felt(anna, { occurredAt: at(1) }),
      await felt(anna, { occurredAt: at(2) }),
      await felt(anna, { occurredAt: at(3) }),
      await felt(anna, { occurredAt: at(4) }),
    ];
    expect(await idsOf(anna, { from: at(2), to: at(4) })).toEqual([third, second]);
    expect(await idsOf(anna, { from: '2026-03-28T05:00:00+03:00', to: at(3) })).toEqual([second]);
    expect(await idsOf(anna, { from: at(2), to: at(2) })).toEqual([]);
  });

  it('goes on across months within its bounds', async () => {
    const anna = await api.person();
    for (const month of ['01', '02', '03'])
      for (const day of ['01', '15']) await felt(anna, on(`2026-${month}-${day}`));
    const paged = await pages(anna, { from: '2026-01-15T00:00:00Z', to: '2026-03-15T00:00:00Z' }, 1);
    expect(paged.flatMap(({ items }) => items.map(({ occurredAt }) => occurredAt.slice(5, 10)))).toEqual([
      '03-01',
      '02-15',
      '02-01',
      '01-15',
    ]);
  });

  it('goes by feelings and intensity', async () => {
    const anna = await api.person();
    const [joy, calm, worry] = [
      await felt(anna, { emotionTypeId: 1, intensity: 9 }),
      await felt(anna, { emotionTypeId: 2, intensity: 5 }),
      await felt(anna, { emotionTypeId: 11, intensity: 2 }),
    ];
    const found = async (filter: unknown) => new Set(await idsOf(anna, filter));
    expect(await found({ emotionTypeIds: [1, 11] })).toEqual(new Set([joy, worry]));
    expect(await found({ emotionTypeIds: [30_000] })).toEqual(new Set());
    expect(await found({ minIntensity: 5 })).toEqual(new Set([joy, calm]));
    expect(await found({ maxIntensity: 5 })).toEqual(new Set([calm, worry]));
    expect(await found({ minIntensity: 5, maxIntensity: 5 })).toEqual(new Set([calm]));
    expect(await found({ emotionTypeIds: [1, 11], maxIntensity: 8 })).toEqual(new Set([worry]));
  });

  it('finds a context by any part of it, whatever its case and accents, and with all else that is asked', async () => {
    const anna = await api.person();
    const id = await felt(anna, { context: 'Cumpleaños de Ángel', notes: 'Bailamos' });
    await felt(anna, { context: 'Otro día' });
    await felt(anna, { notes: 'cumpleaños' });
    for (const context of ['cumpleanos', 'DE ÁNGEL', 'angel']) expect(await idsOf(anna, { context })).toEqual([id]);
    expect(await idsOf(anna, { context: 'angel', maxIntensity: 6 })).toEqual([]);
    expect(await idsOf(anna, { context: '%' })).toEqual([]);
    expect((await ask(anna, { context: 'angel' })).body['items']).toMatchObject([{ notes: 'Bailamos' }]);
  });

  it('looks at 2,000 contexts a page and goes on from there, giving each check-in once', async () => {
    const anna = await api.person();
    const newest = await felt(anna, { context: 'walk', occurredAt: '2026-03-28T09:00:00Z' });
    const dull = await felt(anna, { context: 'dull', occurredAt: '2026-03-28T08:00:00Z' });
    await copies(anna, dull, 4_500, true);
    const oldest = await felt(anna, { context: 'A Walk', occurredAt: '2026-03-01T08:00:00Z' });
    const all = await pages(anna, { context: 'walk' }, 2);
    expect(all.map(({ items }) => items.map(({ id }) => id))).toEqual([[newest], [], [oldest]]);
    expect(await pages(anna, { context: 'dull' }, 100)).toHaveLength(46);
  });

  it('opens no check-in without a context', async () => {
    const anna = await api.person();
    const first = await felt(anna, { context: 'gone' });
    await copies(anna, first, 2_500, false);
    const [page, ...others] = await pages(anna, { context: 'o' }, 20);
    expect([page?.items.map(({ id }) => id), others]).toEqual([[first], []]);
  });

  it('shows nobody else’s check-ins and none that was undone', async () => {
    const [anna, ben] = [await api.person(), await api.person()];
    const id = await felt(anna, { context: 'Mine' });
    expect([await idsOf(ben, {}), await idsOf(ben, { context: 'mine' })]).toEqual([[], []]);
    expect(await idsOf(anna, { context: 'mine' })).toEqual([id]);
    await anna.send('DELETE', `/v1/emotions/${id}`);
    expect([await idsOf(anna, { context: 'mine' }), await idsOf(anna, {})]).toEqual([[], []]);
  });

  it.each([
    [{ from: 'yesterday' }, 'from', 'invalid_format'],
    [{ from: 'yesterday', to: '2026-03-01T00:00:00Z' }, 'from', 'invalid_format'],
    [{ from: '0000-01-01T00:00:00Z' }, 'from', 'invalid_format'],
    [{ to: '9999-12-31T23:59:59-12:00' }, 'to', 'invalid_format'],
    [{ from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' }, 'to', 'too_small'],
    [{ emotionTypeIds: [] }, 'emotionTypeIds', 'too_small'],
    [{ emotionTypeIds: [1, '2'] }, 'emotionTypeIds.1', 'invalid_type'],
    [{ emotionTypeIds: 1 }, 'emotionTypeIds', 'invalid_type'],
    [{ minIntensity: 0 }, 'minIntensity', 'too_small'],
    [{ maxIntensity: 11 }, 'maxIntensity', 'too_big'],
    [{ maxIntensity: 5.5 }, 'maxIntensity', 'invalid_type'],
    [{ minIntensity: 6, maxIntensity: 5 }, 'maxIntensity', 'too_small'],
    [{ context: '' }, 'context', 'too_small'],
    [{ context: 'x'.repeat(101) }, 'context', 'too_big'],
    [{ notes: 'Bailamos' }, 'notes', 'unknown_field'],
    [{ userId: 'somebody' }, 'userId', 'unknown_field'],
  ])('refuses %j', async (filter, path, code) => {
    const { status, body } = await ask(await api.person(), filter);
    expect([status, body['code']]).toEqual([400, 'invalid_body']);
    expect(body['errors']).toEqual([{ path, code, message: expect.any(String) }]);
  });

  it('refuses a cursor that is not its own', async () => {
    expect((await ask(await api.person(), {}, '?cursor=abc')).body['code']).toBe('bad_cursor');
  });
});

const on = (date: string) => ({ occurredAt: `${date}T12:00:00Z` });

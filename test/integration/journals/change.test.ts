import { describe, expect, it } from '@jest/globals';
import { journals, type Person, problemOf } from './journals-fixture.ts';
import { honestUpload } from './uploads.ts';

const fixture = journals();

const recorded = async (person: Person, over: Record<string, unknown> = {}) =>
  (await fixture.create(person, { ...(await honestUpload()).body, ...over })).journal;
const missing = '019a0000-0000-7000-8000-000000000000';

describe('PATCH /v1/journals/{id}', () => {
  const patch = (person: Person, id: string, body: unknown) => person.send('PATCH', `/v1/journals/${id}`, body);

  it('gives another title, which nobody reads in the database', async () => {
    const person = await fixture.person();
    const journal = await recorded(person, { title: 'Before' });
    fixture.clock.advance({ seconds: 1 });
    const { status, body } = await patch(person, journal.id, { title: 'After the walk' });
    expect([status, body]).toEqual([200, { ...journal, title: 'After the walk', updatedAt: expect.any(String) }]);
    expect(Date.parse(String(body['updatedAt']))).toBeGreaterThan(Date.parse(String(journal['updatedAt'])));
    expect(await fixture.read(person, journal.id)).toEqual(body);
    const [row] = await fixture.look('select title_sealed from journal where id = $1', [journal.id]);
    expect(row.title_sealed.includes('After')).toBe(false);
  });

  it('takes the title away with null, and gives one where there was none', async () => {
    const person = await fixture.person();
    const { id } = await recorded(person, { title: 'Before' });
    expect((await patch(person, id, { title: null })).body).toMatchObject({ title: null });
    expect(await fixture.look('select title_sealed from journal where id = $1', [id])).toEqual([
      { title_sealed: null },
    ]);
    expect((await patch(person, id, { title: 'ñ'.repeat(200) })).body).toMatchObject({ title: 'ñ'.repeat(200) });
  });

  it.each([
    [{}, 'title invalid_type'],
    [{ title: 1 }, 'title invalid_type'],
    [{ title: 'x'.repeat(201) }, 'title too_big'],
    [{ title: 'x', isFavorite: true }, 'isFavorite unknown_field'],
  ])('refuses %j', async (body, problem) => {
    const person = await fixture.person();
    const { id } = await recorded(person);
    expect(problemOf(await patch(person, id, body))).toMatchObject({ status: 400, errors: [problem] });
  });

  it('finds nobody else’s journal', async () => {
    const [owner, other] = [await fixture.person(), await fixture.person()];
    const { id } = await recorded(owner, { title: 'Mine' });
    for (const one of [id, missing]) expect((await patch(other, one, { title: 'Taken' })).status).toBe(404);
    expect(await fixture.read(owner, id)).toMatchObject({ title: 'Mine' });
  });
});

describe('/v1/journals/{id}/favorite', () => {
  const mark = (person: Person, method: string, id: string) => person.send(method, `/v1/journals/${id}/favorite`);

  it('makes a favourite and takes it back; said again, nothing changes', async () => {
    const person = await fixture.person();
    const { id } = await recorded(person);
    for (const [method, isFavorite] of [
      ['PUT', true],
      ['DELETE', false],
    ] as const) {
      fixture.clock.advance({ seconds: 1 });
      expect((await mark(person, method, id)).status).toBe(204);
      const once = await fixture.read(person, id);
      expect(once).toMatchObject({ isFavorite });
      fixture.clock.advance({ seconds: 1 });
      expect((await mark(person, method, id)).status).toBe(204);
      expect(await fixture.read(person, id)).toEqual(once);
    }
  });

  it('finds nobody else’s journal', async () => {
    const [owner, other] = [await fixture.person(), await fixture.person()];
    const { id } = await recorded(owner);
    for (const method of ['PUT', 'DELETE'])
      for (const one of [id, missing]) expect((await mark(other, method, one)).status).toBe(404);
    expect(await fixture.read(owner, id)).toMatchObject({ isFavorite: false });
  });
});

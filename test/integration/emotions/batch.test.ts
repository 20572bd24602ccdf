import { describe, expect, it } from '@jest/globals';
import { newId } from '../../../shared/platform/ids.ts';
import type { Person } from '../../support/api/served.ts';
import { afterCheckin, emotionsApi, feeling } from './emotions-api.ts';

const api = emotionsApi();

type Answer = { clientId: string; status: string; id?: string; problem?: { code: string; errors: { path: string }[] } };
const post = (person: Person, items: unknown[]) => person.send('POST', '/v1/emotions/batch', { body: { items } });
const send = async (person: Person, ...items: unknown[]) => (await post(person, items)).body['items'] as Answer[];
const named = (clientId: string, over: Record<string, unknown> = {}) => ({ clientId, ...feeling, ...over });
const statuses = (answers: Answer[]) => answers.map(({ status }) => status);
const countOf = async (person: Person, table: string) => (await api.rowsOf(person, `select from ${table}`)).length;

describe('a batch of check-ins', () => {
  it('is recorded whole, with one run of what follows', async () => {
    const anna = await api.person();
    const items = Array.from({ length: 500 }, (_, n) =>
      named(`c-${n}`, { occurredAt: `2026-03-${String(1 + (n % 28)).padStart(2, '0')}T12:00:00Z` }),
    );
    const reply = await post(anna, items);
    const answers = reply.body['items'] as Answer[];
    expect(answers.map(({ clientId }) => clientId)).toEqual(items.map(({ clientId }) => clientId));
    expect(new Set(statuses(answers))).toEqual(new Set(['created']));
    expect([await countOf(anna, 'checkin'), await countOf(anna, 'activity')]).toEqual([500, 500]);
    expect(await countOf(anna, 'streak_change')).toBe(28);
    expect(await api.jobsOf(anna)).toEqual(afterCheckin);
  });

  it('sent again answers with what it became and records nothing', async () => {
    const anna = await api.person();
    const items = [named('a'), named('b')];
    const [first, again] = [await send(anna, ...items), await send(anna, ...items)];
    expect(statuses(again)).toEqual(['existing', 'existing']);
    expect(again.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    expect(await countOf(anna, 'checkin')).toBe(2);
  });

  it('sent by two at once is recorded once', async () => {
    const anna = await api.person();
    const items = ['d', 'c', 'b', 'a'].map((name) => named(name));
    const [one, other] = await Promise.all([send(anna, ...items), send(anna, ...items.toReversed())]);
    expect([...statuses(one), ...statuses(other)].sort()).toEqual([
      ...Array(4).fill('created'),
      ...Array(4).fill('existing'),
    ]);
    expect(one.map(({ id }) => id)).toEqual(other.map(({ id }) => id).reverse());
    expect(await countOf(anna, 'checkin')).toBe(4);
  });

  it('keeps the good ones and says what is wrong with the others', async () => {
    const anna = await api.person();
    const answers = await send(
      anna,
      named('good'),
      named('text', { intensity: '5' }),
      named('future', { occurredAt: '2026-03-30T00:00:00Z' }),
      named('unknown', { emotionTypeId: 999 }),
      named('foreign', { relatedJournalId: newId() }),
      named('extra', { userId: anna.id }),
      named('also good', { occurredAt: '2026-03-29T09:30:00+02:00' }),
    );
    expect(statuses(answers)).toEqual([
      'created',
      'rejected',
      'rejected',
      'rejected',
      'rejected',
      'rejected',
      'created',
    ]);
    expect(answers.slice(1, 6).map(({ problem }) => [problem?.code, problem?.errors[0]?.path])).toEqual([
      ['invalid_body', 'intensity'],
      ['invalid_body', 'occurredAt'],
      ['invalid_body', 'emotionTypeId'],
      ['not_found', 'relatedJournalId'],
      ['invalid_body', 'userId'],
    ]);
    expect(await countOf(anna, 'checkin')).toBe(2);
  });

  it('lets a rejected name be used again once it is right', async () => {
    const anna = await api.person();
    expect(statuses(await send(anna, named('a', { emotionTypeId: 999 })))).toEqual(['rejected']);
    expect(statuses(await send(anna, named('a')))).toEqual(['created']);
  });

  it('knows the same check-in however it is written, and refuses another under its name', async () => {
    const anna = await api.person();
    const [{ id } = { id: '' }] = await send(anna, named('a'));
    const rewritten = { ...feeling, occurredAt: '2026-03-29T09:30:00+02:00', clientId: 'a' };
    const answers = await send(anna, rewritten, named('a', { intensity: 8 }));
    expect(answers).toMatchObject([
      { status: 'existing', id },
      { status: 'rejected', problem: { code: 'client_id_reused' } },
    ]);
  });

  it('may name one check-in twice', async () => {
    const anna = await api.person();
    const answers = await send(anna, named('a'), named('a'), named('a', { intensity: 1 }));
    expect(statuses(answers)).toEqual(['created', 'existing', 'rejected']);
    expect(await countOf(anna, 'checkin')).toBe(1);
  });

  it('shares no names with other people', async () => {
    const [anna, ben] = [await api.person(), await api.person()];
    await send(anna, named('a'));
    expect(statuses(await send(ben, named('a', { intensity: 2 })))).toEqual(['created']);
  });

  it('holds no check-in without a name, and from 1 to 500', async () => {
    const anna = await api.person();
    expect((await post(anna, [feeling])).status).toBe(400);
    expect((await post(anna, [])).status).toBe(400);
    expect(
      (
        await post(
          anna,
          Array.from({ length: 501 }, (_, n) => named(`c-${n}`)),
        )
      ).status,
    ).toBe(400);
  });
});

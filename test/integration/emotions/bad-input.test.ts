import { describe, expect, it } from '@jest/globals';
import { trendsRecompute } from '../../../jobs/trends-recompute/contract.ts';
import { trendsRecomputeHandler } from '../../../jobs/trends-recompute/handler.ts';
import { newId } from '../../../shared/platform/ids.ts';
import type { Person } from '../../support/api/served.ts';
import { usualPatternPolicy } from '../../support/pattern-policy.ts';
import { runHandler } from '../../support/run-handler.ts';
import { emotionsApi, feeling } from './emotions-api.ts';

const api = emotionsApi();

type Problem = { code: string; errors: { path: string; code: string; message: string }[] };

const named = (clientId: string, over: Record<string, unknown> = {}) => ({ clientId, ...feeling, ...over });
const send = (person: Person, items: unknown) => person.send('POST', '/v1/emotions/batch', { body: { items } });

describe('a check-in with', () => {
  const WHOLE = 'Not a whole number.';
  const ZONE = 'Not an IANA time zone name.';
  const INSTANT = 'Invalid ISO datetime';
  it.each<[string, Record<string, unknown>, string, string, string]>([
    ['an intensity of 0', { intensity: 0 }, 'intensity', 'too_small', 'Too small: expected number to be >=1'],
    ['an intensity of 11', { intensity: 11 }, 'intensity', 'too_big', 'Too big: expected number to be <=10'],
    ['an intensity of 5.5', { intensity: 5.5 }, 'intensity', 'invalid_type', WHOLE],
    ['an intensity of "5"', { intensity: '5' }, 'intensity', 'invalid_type', expected('number', 'string')],
    ['no intensity', { intensity: undefined }, 'intensity', 'invalid_type', expected('number', 'undefined')],
    ['an unknown type', { emotionTypeId: 999 }, 'emotionTypeId', 'unknown', 'There is no such emotion type.'],
    ['a type by its name', { emotionTypeId: 'joy' }, 'emotionTypeId', 'invalid_type', expected('number', 'string')],
    ['the zone Mars/X', { timeZone: 'Mars/X' }, 'timeZone', 'invalid_value', ZONE],
    ['an offset for a zone', { timeZone: '+02:00' }, 'timeZone', 'invalid_value', ZONE],
    ['a time before 2000', at('1999-12-31T23:59:59.999Z'), 'occurredAt', 'out_of_range', 'Before the year 2000.'],
    [
      'a time more than 5 minutes ahead',
      at('2026-03-29T08:05:00.001Z'),
      ...(['occurredAt', 'out_of_range', 'More than 5 minutes ahead of our clock.'] as const),
    ],
    ['a time without a zone', at('2026-03-29T07:30:00'), 'occurredAt', 'invalid_format', INSTANT],
    ['a date there is not', at('2026-02-30T00:00:00Z'), 'occurredAt', 'invalid_format', INSTANT],
    ['seconds since 1970', { occurredAt: 1_774_000_000 }, 'occurredAt', 'invalid_type', expected('string', 'number')],
    ['a context of 101 characters', { context: 'x'.repeat(101) }, 'context', 'too_big', 'At most 100 characters.'],
    ['notes of 4,001 characters', { notes: 'x'.repeat(4_001) }, 'notes', 'too_big', 'At most 4000 characters.'],
    ['an id that is none', { relatedJournalId: '1' }, 'relatedJournalId', 'invalid_format', 'Invalid UUID'],
    ['a field of ours', { userId: newId() }, 'userId', 'unknown_field', 'There is no such field.'],
  ])('%s is refused by itself and in a batch, and told why', async (_what, over, path, code, message) => {
    const anna = await api.person();
    const { status, body } = await anna.send('POST', '/v1/emotions', { body: { ...feeling, ...over } });
    expect([status, body['code'], body['errors']]).toEqual([400, 'invalid_body', [{ path, code, message }]]);
    expect((await send(anna, [named('bad', over)])).body['items']).toEqual([
      {
        clientId: 'bad',
        status: 'rejected',
        problem: { code: 'invalid_body', title: expect.any(String), errors: [{ path, code, message }] },
      },
    ]);
    expect(await api.jobsOf(anna)).toEqual([]);
  });

  it('several faults is told all of them', async () => {
    const anna = await api.person();
    const { body } = await anna.send('POST', '/v1/emotions', {
      body: { ...feeling, intensity: 0, timeZone: 'Mars/X', occurredAt: 'now', mood: 3 },
    });
    expect((body as unknown as Problem).errors.map(({ path }) => path).sort()).toEqual([
      'intensity',
      'mood',
      'occurredAt',
      'timeZone',
    ]);
  });
});

describe('a batch', () => {
  it('that names another check-in as one before says so', async () => {
    const anna = await api.person();
    await send(anna, [named('a')]);
    const { status, body } = await send(anna, [named('a', { intensity: 8 })]);
    expect([status, body['items']]).toEqual([
      200,
      [
        {
          clientId: 'a',
          status: 'rejected',
          problem: {
            code: 'client_id_reused',
            title: 'The clientId was used for another check-in.',
            errors: [{ path: 'clientId', code: 'reused', message: 'This name was used for another check-in.' }],
          },
        },
      ],
    ]);
  });

  const many = (count: number) => Array.from({ length: count }, (_, n) => named(`c-${n}`));
  it.each<[string, unknown, string, string, string]>([
    ['of 501 items', many(501), 'items', 'too_big', 'Too big: expected array to have <=500 items'],
    ['of none', [], 'items', 'too_small', 'Too small: expected array to have >=1 items'],
    ['that is none', { 0: named('a') }, 'items', 'invalid_type', expected('array', 'object')],
    ['with an item without a name', [feeling], 'items.0.clientId', 'invalid_type', expected('string', 'undefined')],
    ['with an item that is none', [named('a'), null], 'items.1', 'invalid_type', expected('object', 'null')],
  ])('%s is refused as a whole', async (_what, items, path, code, message) => {
    const anna = await api.person();
    const { status, body } = await send(anna, items);
    expect([status, body['code'], body['errors']]).toEqual([400, 'invalid_body', [{ path, code, message }]]);
    expect((await anna.send('GET', '/v1/emotions')).body['items']).toEqual([]);
  });
});

describe('an analysis', () => {
  const analyses = ['trends', 'patterns'];
  const WINDOWS = 'Invalid option: expected one of 7|30|90|365|"all"';
  const windows = [{ window: 31 }, { window: '30' }, { window: null }, {}];
  it.each(analyses.flatMap((name) => windows.map((body) => [name, body] as const)))(
    'of %s for %j is refused with the windows there are',
    async (name, asked) => {
      const anna = await api.person();
      const { status, body } = await anna.send('POST', `/v1/emotions/${name}`, { body: asked });
      expect([status, body['code'], body['errors']]).toEqual([
        ...[400, 'invalid_body'],
        [{ path: 'window', code: 'invalid_value', message: WINDOWS }],
      ]);
      expect(await api.jobsOf(anna)).toEqual([]);
    },
  );

  it.each(['distribution', 'trends.svg'])('in %s for 31 days is refused with the windows there are', async (name) => {
    const anna = await api.person();
    const { status, body } = await anna.send('GET', `/v1/emotions/${name}?window=31`);
    expect([status, body['code'], body['errors']]).toEqual([
      ...[400, 'invalid_query'],
      [{ path: 'window', code: 'invalid_value', message: 'Invalid option: expected one of "7"|"30"|"90"|"365"|"all"' }],
    ]);
  });

  it.each([7, 30, 90, 365, 'all'])('of an empty history over %s says how much is missing', async (window) => {
    const anna = await api.person();
    const answer = async (name: string) => (await anna.send('POST', `/v1/emotions/${name}`, { body: { window } })).body;
    expect(await answer('trends')).toEqual({ jobId: expect.any(String) });
    await runHandler(
      api.worker,
      trendsRecompute,
      trendsRecomputeHandler(usualPatternPolicy),
      { userId: anna.id, asked: true },
      { clock: api.clock },
    );
    const lacking = (need: number, unit: string) => ({ insufficient: { have: 0, need, unit } });
    expect(await answer('trends')).toMatchObject({
      ...{ n: 0, days: 0, series: [] },
      level: lacking(7, 'checkins'),
      spread: lacking(20, 'checkins'),
      inertia: lacking(60, 'pairs'),
      trend: lacking(10, 'days'),
      changePoint: lacking(20, 'days'),
    });
    expect(await answer('patterns')).toMatchObject({
      ...{ n: 0, days: 0, run: { p: [] } },
      weekday: lacking(5, 'weeks'),
      partOfDay: lacking(8, 'values'),
      activities: [{ kind: 'journal', comparison: lacking(6, 'pairs') }],
    });
    const distribution = (await anna.send('GET', `/v1/emotions/distribution?window=${window}`)).body;
    expect(distribution).toMatchObject({ n: 0, types: [], categories: [] });
    const chart = await anna.send('GET', `/v1/emotions/trends.svg?window=${window}`);
    expect([chart.status, chart.text]).toEqual([200, expect.stringContaining('Not enough check-ins yet')]);
  });
});

function expected(wanted: string, received: string): string {
  return `Invalid input: expected ${wanted}, received ${received}`;
}

function at(occurredAt: string): Record<string, unknown> {
  return { occurredAt };
}

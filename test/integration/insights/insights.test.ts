import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { accountRoutes } from '../../../api/routes/accounts/index.ts';
import { emotionRoutes } from '../../../api/routes/emotions/index.ts';
import { insightRoutes } from '../../../api/routes/insights/index.ts';
import { analysesOf } from '../../../jobs/trends-recompute/analyses.ts';
import { trendsRecompute } from '../../../jobs/trends-recompute/contract.ts';
import { trendsRecomputeHandler } from '../../../jobs/trends-recompute/handler.ts';
import { readMoods } from '../../../shared/emotions/index.ts';
import { findingsOf } from '../../../shared/insights/findings.ts';
import { manualClock } from '../../../shared/platform/clock.ts';
import { newId } from '../../../shared/platform/ids.ts';
import { newsOf, newsTopic, PEOPLE_CHANNEL } from '../../../shared/platform/people-channel.ts';
import { everyPage } from '../../support/api/every-page.ts';
import { type Person, type ServedApi, serveRoutes } from '../../support/api/served.ts';
import { longFound } from '../../support/long-found.ts';
import { usualPatternPolicy } from '../../support/pattern-policy.ts';
import { runHandler } from '../../support/run-handler.ts';
import { storedInsight } from '../../support/stored-insight.ts';
import { until } from '../../support/until.ts';

const PATH = '/v1/emotions/insights';
const handler = trendsRecomputeHandler(usualPatternPolicy);
type Item = { id: string; text: string; kind: string } & Record<string, unknown>;

let api: ServedApi;
beforeAll(async () => {
  api = await serveRoutes([...insightRoutes, ...emotionRoutes, ...accountRoutes]);
});
afterAll(() => api.close());

const list = async (person: Person, query = '') => (await person.send('GET', `${PATH}${query}`)).body;
const items = async (person: Person, query = '') => (await list(person, query))['items'] as Item[];
const agree = (person: Person, ...consents: string[]) =>
  person.send('PUT', '/v1/me/consents', { body: { consents: ['service', ...consents] } });
const willing = async () => {
  const person = await api.person();
  await agree(person, 'insights');
  await api.worker.transaction({ userId: person.id }, (tx) => longFound(tx.query, person.id, KEYS));
  return person;
};
/** What the moods below show. */
const KEYS = ['weekday/7/down', 'weekday/7/up', 'level/down'];
const recompute = ({ id }: Person, over: { asked?: true } = {}, clock = api.deps.clock) =>
  runHandler(api.worker, trendsRecompute, handler, { userId: id, ...over }, { clock });
const stored = (person: Person, ...over: Parameters<typeof storedInsight>[2][]) =>
  api.worker.transaction({ userId: person.id }, async (tx) => {
    const ids: string[] = [];
    for (const one of over) ids.push(await storedInsight(tx.query, person.id, one));
    return ids;
  });

/** Once a day up to 29 March 2026, a Sunday: intensity of joy by how many days ago. */
const feel = async (person: Person, days: number, intensity: (ago: number) => number) => {
  const items = Array.from({ length: days }, (_, ago) => ({
    clientId: `${ago}`,
    emotionTypeId: 1,
    intensity: intensity(ago),
    occurredAt: api.deps.clock
      .now()
      .subtract({ hours: 24 * ago })
      .toString(),
    timeZone: 'Europe/Madrid',
  }));
  expect((await person.send('POST', '/v1/emotions/batch', { body: { items } })).status).toBe(200);
};
const lowSundays = (ago: number) => (ago % 7 === 0 ? 1 : 6 + (ago % 4));
const highSundays = (ago: number) => (ago % 7 === 0 ? 10 : 2 + (ago % 4));
const falling = (ago: number) => Math.max(1, Math.min(10, Math.round(ago / 9) + (ago % 2)));

describe('insights', () => {
  it('are off without consent, and nothing is stored', async () => {
    const anna = await api.person();
    await feel(anna, 84, lowSundays);
    await recompute(anna, { asked: true });
    await recompute(anna);
    expect(await list(anna)).toEqual({ items: [], nextCursor: null, on: false });
    await agree(anna, 'insights');
    expect(await list(anna)).toEqual({ items: [], nextCursor: null, on: true });
  });

  it('are told with consent, with all that they rest on', async () => {
    const anna = await willing();
    await feel(anna, 84, lowSundays);
    await recompute(anna);
    const [sunday, ...others] = await items(anna);
    expect(others).toEqual([]);
    expect({ ...sunday, text: sunday?.text.replaceAll(/\s/gu, ' ') }).toEqual({
      id: expect.any(String),
      kind: 'weekday',
      subject: { kind: 'weekday', weekday: 7 },
      direction: 'down',
      tier: 'clear',
      text: 'On 12 of 12 Sundays (Jan 5 – Mar 29, 2026) your mood was below what was usual for you at the time. This is a clear pattern.',
      method: 'kruskal-wallis-week-rotation/wilcoxon-matched/wasserstein-weeks/benjamini-hochberg',
      version: 3,
      n: 84,
      window: { from: '2026-01-05', to: '2026-03-29', timeZone: 'Europe/Madrid' },
      effect: { value: expect.any(Number), unit: 'points' },
      interval: null,
      p: expect.any(Number),
      q: expect.any(Number),
      tests: expect.any(Number),
      falseDiscoveryRate: 0.08,
      seed: 1,
      counts: { count: 12, of: 12, comparedWith: null },
      support: null,
      isHidden: false,
      createdAt: '2026-03-29T08:00:00.000Z',
      updatedAt: '2026-03-29T08:00:00.000Z',
    });
    expect((await anna.send('GET', `${PATH}/${sunday?.id}`)).body).toEqual(sunday);
  });

  it('can be computed again from the same facts, number by number', async () => {
    const anna = await willing();
    await feel(anna, 84, lowSundays);
    await recompute(anna);
    const [row] = await api.worker.transaction({ userId: anna.id }, (tx) =>
      tx.query<{ finding: unknown }>('select finding from insight'),
    );
    const history = await api.worker.transaction({ userId: anna.id }, (tx) => readMoods(tx, anna.id));
    if (!history) throw new Error('she has an account');
    const nowMs = api.deps.clock.now().epochMilliseconds;
    const again = findingsOf(await analysesOf({ history, nowMs, policy: usualPatternPolicy }), usualPatternPolicy);
    expect([row?.finding]).toEqual(JSON.parse(JSON.stringify(again)));
  });

  it('are told in the language of the account, whichever it is by now', async () => {
    const anna = await willing();
    await feel(anna, 84, lowSundays);
    await recompute(anna);
    await anna.send('PATCH', '/v1/me', { body: { languagePreference: 'es-MX' } });
    expect((await items(anna))[0]?.text).toMatch(/^En 12 de 12 domingos/);
  });

  it('about moods that got lower come with a link', async () => {
    const anna = await willing();
    await feel(anna, 84, falling);
    await recompute(anna);
    expect(await items(anna)).toMatchObject([
      {
        kind: 'trend',
        direction: 'down',
        support: { url: 'https://findahelpline.com' },
        text: expect.stringContaining('the link shows where people listen.'),
      },
    ]);
  });

  it('are gone from the list while they are switched off, and there again afterwards', async () => {
    const anna = await willing();
    const [id] = await stored(anna, {});
    await agree(anna);
    expect(await list(anna)).toEqual({ items: [], nextCursor: null, on: false });
    expect((await anna.send('GET', `${PATH}/${id}`)).status).toBe(404);
    await feel(anna, 84, lowSundays);
    await recompute(anna, { asked: true });
    await agree(anna, 'insights');
    expect((await items(anna)).map((one) => one.id)).toEqual([id]);
  });

  it('of an earlier version wait for the next run', async () => {
    const anna = await willing();
    await stored(anna, {});
    await api.worker.transaction({ userId: anna.id }, (tx) => tx.query('update insight set version = 0'));
    expect(await items(anna)).toEqual([]);
  });

  it('are listed page by page, the newest first', async () => {
    const anna = await willing();
    const ids = await stored(anna, {}, {}, {});
    const pages = await everyPage(
      1,
      async (query) => (await list(anna, query)) as { items: Item[]; nextCursor: string },
    );
    // Ids of one millisecond sort either way.
    expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(ids.toSorted().reverse());
    expect((await anna.send('GET', `${PATH}?cursor=bad`)).body['code']).toBe('bad_cursor');
  });

  it('are answered with a tag by which nothing is sent twice', async () => {
    const anna = await willing();
    await stored(anna, {});
    const { headers } = await anna.send('GET', PATH);
    const again = await anna.send('GET', PATH, { headers: { 'If-None-Match': headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });
});

describe('an insight', () => {
  it('can be hidden and shown again, any number of times', async () => {
    const anna = await willing();
    const [id] = await stored(anna, {});
    const path = `${PATH}/${id}/hidden`;
    for (let twice = 0; twice < 2; twice += 1) expect((await anna.send('PUT', path)).status).toBe(204);
    expect([await items(anna), await items(anna, '?hidden=false')]).toEqual([[], []]);
    expect(await items(anna, '?hidden=true')).toMatchObject([{ id, isHidden: true }]);
    for (let twice = 0; twice < 2; twice += 1) expect((await anna.send('DELETE', path)).status).toBe(204);
    expect(await items(anna)).toMatchObject([{ id, isHidden: false }]);
  });

  it('stays hidden when it is found again', async () => {
    const anna = await willing();
    await feel(anna, 84, lowSundays);
    await recompute(anna);
    const [sunday] = await items(anna);
    await anna.send('PUT', `${PATH}/${sunday?.id}/hidden`);
    await recompute(anna);
    expect([await items(anna), (await items(anna, '?hidden=true')).length]).toEqual([[], 1]);
  });

  it('can be deleted with its numbers, and is not found again', async () => {
    const anna = await willing();
    await feel(anna, 84, lowSundays);
    await recompute(anna);
    const [sunday] = await items(anna);
    const remove = () => anna.send('DELETE', `${PATH}/${sunday?.id}`);
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 404]);
    await recompute(anna);
    expect(await items(anna, '?hidden=true')).toEqual([]);
  });

  it('can be deleted with all others, also while they are switched off', async () => {
    const anna = await willing();
    const [hidden] = await stored(anna, {}, {});
    await anna.send('PUT', `${PATH}/${hidden}/hidden`);
    await agree(anna);
    for (let twice = 0; twice < 2; twice += 1) expect((await anna.send('DELETE', PATH)).status).toBe(204);
    await agree(anna, 'insights');
    expect(await items(anna, '?hidden=true')).toEqual([]);
  });

  it('of somebody else is answered like one that does not exist', async () => {
    const [anna, ben] = [await willing(), await willing()];
    const [id] = await stored(anna, {});
    for (const [method, end] of [
      ['GET', ''],
      ['DELETE', ''],
      ['PUT', '/hidden'],
      ['DELETE', '/hidden'],
    ] as const) {
      const answers = [];
      for (const one of [id, newId()]) {
        const { status, body } = await ben.send(method, `${PATH}/${one}${end}`);
        answers.push({ status, code: body['code'], detail: body['detail'] });
      }
      expect(answers[0]).toMatchObject({ status: 404, code: 'not_found' });
      expect(answers[0]).toEqual(answers[1]);
    }
    await ben.send('DELETE', PATH);
    expect(await items(ben)).toEqual([]);
    expect((await items(anna)).map((one) => one.id)).toEqual([id]);
  });
});

describe('the announcement of an insight', () => {
  const heard: string[] = [];
  let listener: Client;
  beforeAll(async () => {
    listener = new Client({ connectionString: api.worker.url });
    await listener.connect();
    listener.on('notification', ({ payload = '' }) => {
      for (const { kind, userId, id } of newsOf(payload)) heard.push(`${kind} ${userId} ${id}`);
    });
    await listener.query(`listen ${PEOPLE_CHANNEL}`);
  });
  afterAll(() => listener?.end());

  /** Announcements of one process arrive in their order: what was announced before this has been heard. */
  const allHeard = async (person: Person) => {
    const last = newsTopic({ kind: 'job', userId: person.id, id: newId() });
    api.worker.announce(last, PEOPLE_CHANNEL);
    await until('the last announcement', () => heard.includes(last));
    return heard.filter((topic) => topic.startsWith(`insight ${person.id}`));
  };

  it('is made once, when it is new', async () => {
    const anna = await willing();
    await feel(anna, 84, highSundays);
    for (let run = 0; run < 3; run += 1) await recompute(anna);
    const [sunday] = await items(anna);
    expect(await allHeard(anna)).toEqual([`insight ${anna.id} ${sunday?.id}`]);
  });

  it('is never made of what lies lower or got lower, nor to who did not agree', async () => {
    const [anna, ben, cleo] = [await willing(), await api.person(), await willing()];
    await feel(anna, 84, falling);
    await feel(ben, 84, highSundays);
    await feel(cleo, 84, lowSundays);
    await recompute(anna);
    await recompute(ben, { asked: true });
    await recompute(cleo);
    expect([await items(anna), await items(cleo)]).toEqual([[expect.anything()], [expect.anything()]]);
    expect([await allHeard(anna), await allHeard(ben), await allHeard(cleo)]).toEqual([[], [], []]);
  });
});

describe('a week', () => {
  it('holds one new insight about worsening at most, and a deletion changes nothing about that', async () => {
    const anna = await willing();
    await feel(anna, 84, falling);
    await Promise.all(Array.from({ length: 4 }, () => recompute(anna)));
    expect(await items(anna)).toHaveLength(1);
    await anna.send('DELETE', PATH);
    for (const day of ['2026-03-30', '2026-04-04']) await recompute(anna, {}, manualClock(`${day}T08:00:00Z`));
    expect(await items(anna)).toEqual([]);
  });
});

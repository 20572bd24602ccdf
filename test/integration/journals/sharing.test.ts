import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { newShareToken } from '../../../shared/journals/index.ts';
import { newId } from '../../../shared/platform/ids.ts';
import { distinguishability } from '../../support/timing/auc.ts';
import { timedPairs } from '../../support/timing/pairs.ts';
import { journals, type Person, problemOf } from './journals-fixture.ts';
import { honestUpload } from './uploads.ts';

const fixture = journals();
const TITLE = 'What nobody but me may read';

async function recorded(person: Person) {
  const upload = await honestUpload();
  const id = await fixture.sent(person, { ...upload, body: { ...upload.body, title: TITLE } });
  await fixture.work();
  return { id, object: Buffer.from(upload.object), ...upload.body };
}

const share = (person: Person, id: string, limits: object = {}, headers: Record<string, string> = {}) =>
  person.send('POST', `/v1/journals/${id}/shares`, { hours: 24, maxDownloads: 5, ...limits }, headers);
const tokenOf = ({ body }: { body: Record<string, unknown> }) => String(body['url']).split('/').at(-1) ?? '';
/** As whoever was given the link asks: without an account. */
const open = (token: string, method = 'GET') => fetch(`${fixture.url}/v1/shared/${token}`, { method });
const downloadsOf = async (person: Person, id: string) =>
  ((await person.send('GET', `/v1/journals/${id}/shares`)).body['items'] as { downloads: number }[]).map(
    ({ downloads }) => downloads,
  );

/** Past `fetch`, which sends no Host but its own. */
function shareAs(person: Person, id: string, headers: Record<string, string>): Promise<string> {
  const sent = { 'Content-Type': 'application/json', Authorization: `Bearer ${person.token}`, ...headers };
  return new Promise((resolve, reject) => {
    const asked = request(`${fixture.url}/v1/journals/${id}/shares`, { method: 'POST', headers: sent }, (answer) => {
      json(answer).then((body) => resolve((body as { url: string }).url), reject);
    });
    asked.on('error', reject).end(JSON.stringify({ hours: 1, maxDownloads: 1 }));
  });
}

/** Somebody who has just shared a recording. */
async function withShare(limits: object = {}) {
  const person = await fixture.person();
  const journal = await recorded(person);
  const reply = await share(person, journal.id, limits);
  return { person, ...journal, shareId: String(reply.body['id']), token: tokenOf(reply) };
}

describe('sharing a recording', () => {
  it('answers a link below the public address, once', async () => {
    const person = await fixture.person();
    const { id } = await recorded(person);
    const { status, body, headers } = await share(person, id, { hours: 168, maxDownloads: 100 });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      journalId: id,
      createdAt: expect.any(String),
      expiresAt: fixture.clock.now().add({ hours: 168 }).toString({ fractionalSecondDigits: 3 }),
      maxDownloads: 100,
      downloads: 0,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:8000\/v1\/shared\/[\w-]{43}$/),
    });
    expect(headers.get('Location')).toBe(`/v1/journals/${id}/shares/${body['id']}`);
    const listed = await person.send('GET', `/v1/journals/${id}/shares`);
    const { url: _url, ...shown } = body;
    expect(listed.body).toEqual({ items: [shown], nextCursor: null });
  });

  it('keeps the token nowhere', async () => {
    const { token, id } = await withShare();
    const rows = await fixture.look('select journal_share::text as row from journal_share where journal_id = $1', [id]);
    const hexadecimal = Buffer.from(token, 'base64url').toString('hex');
    expect(rows.filter(({ row }) => row.includes(token) || row.includes(hexadecimal))).toEqual([]);
    expect(rows).toHaveLength(1);
    await open(token);
    await open(`${token}/`);
    expect(fixture.logLines.filter((line) => JSON.stringify(line).includes(token))).toEqual([]);
  });

  it.each([{ host: 'evil.example' }, { 'X-Forwarded-Host': 'evil.example' }, { Forwarded: 'host=evil.example' }])(
    'links to the public address whatever the request says (%j)',
    async (headers) => {
      const person = await fixture.person();
      const { id } = await recorded(person);
      const link = await shareAs(person, id, headers);
      expect(link).toMatch(/^http:\/\/127\.0\.0\.1:8000\/v1\/shared\//);
    },
  );

  it('gives the same link to a phone that lost the answer', async () => {
    const person = await fixture.person();
    const { id } = await recorded(person);
    const key = { 'Idempotency-Key': newId() };
    const [first, again] = [await share(person, id, {}, key), await share(person, id, {}, key)];
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(await downloadsOf(person, id)).toEqual([0]);
  });

  it.each([
    { hours: 0 },
    { hours: 169 },
    { hours: 1.5 },
    { maxDownloads: 0 },
    { maxDownloads: 101 },
    { key: 'the phone must keep it' },
  ])('refuses %j', async (limits) => {
    const person = await fixture.person();
    expect(problemOf(await share(person, newId(), limits))).toMatchObject({ status: 400, code: 'invalid_body' });
  });

  it('is for recordings that can be played', async () => {
    const person = await fixture.person();
    const { journal } = await fixture.create(person, (await honestUpload()).body);
    expect(problemOf(await share(person, journal.id))).toMatchObject({ status: 409, code: 'recording_not_ready' });
    await fixture.complete(person, journal.id);
    await fixture.work();
    expect(problemOf(await share(person, journal.id))).toMatchObject({ status: 409, code: 'recording_unavailable' });
  });

  it('is for its owner alone: to share, to list, to take back', async () => {
    const { id, shareId, token } = await withShare();
    const other = await fixture.person();
    const theirs = await recorded(other);
    const path = `/v1/journals/${id}/shares`;
    expect((await share(other, id)).status).toBe(404);
    expect((await other.send('GET', path)).status).toBe(404);
    for (const journal of [id, theirs.id])
      expect((await other.send('DELETE', `/v1/journals/${journal}/shares/${shareId}`)).status).toBe(404);
    expect((await other.send('GET', '/v1/me/shares')).body).toEqual({ items: [], nextCursor: null });
    expect((await open(token)).status).toBe(200);
  });

  it('ends for good with the journal, however many are shared as it is deleted', async () => {
    const { person, id, token } = await withShare();
    const path = `/v1/journals/${id}`;
    const [, ...shares] = await Promise.all([
      person.send('DELETE', path),
      ...Array.from({ length: 8 }, () => share(person, id)),
    ]);
    await person.send('POST', `${path}/restore`);
    const tokens = [token, ...shares.filter(({ status }) => status === 201).map(tokenOf)];
    for (const one of tokens) expect((await open(one)).status).toBe(404);
    expect(await downloadsOf(person, id)).toEqual([]);
  });

  it('is for twenty links at a time, however many are asked for at once; one that opens nothing makes room', async () => {
    const { person, id, shareId, token } = await withShare({ maxDownloads: 1 });
    const replies = await Promise.all(Array.from({ length: 25 }, () => share(person, id)));
    const refused = replies.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(25 - 19);
    for (const reply of refused) expect(problemOf(reply)).toMatchObject({ status: 409, code: 'too_many_shares' });
    const another = async () => (await share(person, id)).status;
    expect(await another()).toBe(409);

    await open(token);
    expect([await another(), await another()]).toEqual([201, 409]);
    const [last] = replies.filter(({ status }) => status === 201);
    await person.send('DELETE', `/v1/journals/${id}/shares/${last?.body['id']}`);
    expect([await another(), await another()]).toEqual([201, 409]);
    await fixture.look('update journal_share set expires_at = $2 where journal_id = $1 and id <> $3', [
      ...[id, fixture.clock.now().toString(), shareId],
    ]);
    expect(await another()).toBe(201);
    // Of another recording there may be as many.
    const { id: second } = await recorded(person);
    expect((await share(person, second)).status).toBe(201);
  });

  it('lists all links of a person, the latest first, a page at a time', async () => {
    const { person, id, shareId } = await withShare();
    const second = await recorded(person);
    const later = String((await share(person, second.id)).body['id']);
    const first = await person.send('GET', '/v1/me/shares?limit=1');
    const rest = await person.send('GET', `/v1/me/shares?limit=1&cursor=${first.body['nextCursor']}`);
    const items = [first, rest].flatMap(({ body }) => body['items'] as { id: string; journalId: string }[]);
    expect(items.map((one) => [one.id, one.journalId])).toEqual([
      [later, second.id],
      [shareId, id],
    ]);
    expect(rest.body['nextCursor']).toBeNull();
  });
});

describe('GET /v1/shared/{token}', () => {
  it('gives anybody the ciphertext and what a player needs, and nothing of whose it is', async () => {
    const { token, object, audio, durationSeconds } = await withShare();
    const response = await open(token);
    expect(response.status).toBe(200);
    const text = await response.text();
    const { envelope, ...facts } = audio;
    const shown = JSON.parse(text);
    expect(shown).toEqual({
      url: expect.any(String),
      expiresAt: expect.any(String),
      envelope,
      durationSeconds,
      audio: facts,
    });
    expect(text).not.toContain(TITLE);
    const left = fixture.clock.now().until(Temporal.Instant.from(shown.expiresAt));
    expect(left.total('seconds')).toBeLessThanOrEqual(60);
    expect(Buffer.from(await (await fetch(shown.url)).arrayBuffer()).equals(object)).toBe(true);
  });

  it('lets nothing be kept, framed or told on', async () => {
    const { headers } = await open((await withShare()).token);
    const closed = ['Cache-Control', 'Referrer-Policy', 'X-Frame-Options', 'Access-Control-Allow-Origin', 'Set-Cookie'];
    expect(closed.map((name) => headers.get(name))).toEqual(['no-store', 'no-referrer', 'DENY', null, null]);
    expect(headers.get('RateLimit-Policy')).toContain('"address"');
  });

  it('opens exactly as often as was said, however many ask at once', async () => {
    const { token, person, id } = await withShare({ maxDownloads: 5 });
    const statuses = await Promise.all(Array.from({ length: 100 }, async () => (await open(token)).status));
    expect([200, 404].map((status) => statuses.filter((one) => one === status).length)).toEqual([5, 95]);
    expect(await downloadsOf(person, id)).toEqual([5]);
  });

  it('counts no HEAD', async () => {
    const { token, person, id } = await withShare();
    expect((await open(token, 'HEAD')).status).toBe(200);
    expect(await downloadsOf(person, id)).toEqual([0]);
  });

  it('writes down for the operator that it was used, by ids alone', async () => {
    const { token, shareId, person } = await withShare();
    await open(token);
    const line = fixture.logLines.find((one) => one['share_id'] === shareId);
    expect(line).toMatchObject({ category: 'security', message: 'A shared recording was opened' });
    expect(JSON.stringify(line)).not.toContain(person.id);
  });

  it('answers alike, whyever it opens nothing', async () => {
    const ended: Record<string, string> = {};
    const end = async (why: string, work: (made: Awaited<ReturnType<typeof withShare>>) => Promise<unknown>) => {
      const made = await withShare({ hours: 168, maxDownloads: 1 });
      await work(made);
      ended[why] = made.token;
    };
    await end('used up', ({ token }) => open(token));
    await end('revoked', async ({ person, id, shareId }) => {
      expect((await person.send('DELETE', `/v1/journals/${id}/shares/${shareId}`)).status).toBe(204);
      expect((await person.send('DELETE', `/v1/journals/${id}/shares/${shareId}`)).status).toBe(404);
    });
    await end('deleted', ({ id }) => fixture.look('update journal set deleted_at = now() where id = $1', [id]));
    await end('gone', ({ id }) => fixture.look('delete from journal where id = $1', [id]));
    for (const status of ['locked', 'deleting'])
      await end(status, ({ person }) =>
        fixture.look('update account set status = $2 where id = $1', [person.id, status]),
      );
    await end('expired', ({ shareId }) =>
      fixture.look('update journal_share set expires_at = $2 where id = $1', [shareId, fixture.clock.now().toString()]),
    );
    ended['unknown'] = newShareToken();
    ended['tampered'] = `${(await withShare()).token.slice(0, -2)}AA`;
    ended['malformed'] = 'no-token';

    const answers = await Promise.all(
      Object.entries(ended).map(async ([why, token]) => {
        const response = await open(token);
        const {
          instance: _instance,
          requestId: _requestId,
          ...problem
        } = (await response.json()) as Record<string, unknown>;
        return [why, response.status, why === 'malformed' ? null : problem] as const;
      }),
    );
    const [first] = answers;
    expect(answers).toEqual(
      answers.map(([why]) => [why, 404, why === 'malformed' ? null : { ...first?.[2], code: 'not_found' }]),
    );
  });

  it('cannot be told from one that never was by the time it takes (100 pairs)', async () => {
    const { token } = await withShare({ maxDownloads: 1 });
    await open(token);
    const ask = async (one: string) => void (await (await open(one)).text());
    const lows: number[] = [];
    // A loaded machine can make a difference appear that is none, but hardly three times.
    while (lows.length < 3 && !lows.some((low) => low <= 0.55)) {
      const pairs = await timedPairs(100, { known: () => ask(token), unknown: () => ask(newShareToken()) });
      lows.push(distinguishability(pairs).low);
    }
    expect(Math.min(...lows)).toBeLessThanOrEqual(0.55);
  }, 120_000);
});

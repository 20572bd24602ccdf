import { beforeAll, describe, expect, it } from '@jest/globals';
import { sessionsForget } from '../../../jobs/sessions-forget/contract.ts';
import { sessionsForgetHandler } from '../../../jobs/sessions-forget/handler.ts';
import { endAllSessions, endSession } from '../../../shared/accounts/index.ts';
import { runHandler } from '../../support/run-handler.ts';
import { type ApiProcess, apiProcesses } from './api-processes.ts';

const processes = apiProcesses();
const { clock, signedIn } = processes;
let one: ApiProcess;
let other: ApiProcess;
beforeAll(async () => {
  [one, other] = await Promise.all([processes.start({}), processes.start({})]);
});

const statuses = (answers: readonly { status: number }[]) => [...new Set(answers.map(({ status }) => status))];
const successors = (answers: readonly { body: Record<string, unknown> }[]) =>
  new Set(answers.map(({ body }) => body['refreshToken']));

describe('a family of refresh tokens, in front of two processes', () => {
  it('has one successor, though a hundred ask both at once', async () => {
    const { refreshToken, userId, sessionId } = await signedIn(one);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => (i % 2 ? one : other).refresh(refreshToken)),
    );
    expect(statuses(answers)).toEqual([200]);
    expect(successors(answers).size).toBe(1);
    const rows = await one.deps.database.transaction({ userId }, (tx) =>
      tx.query('select id from session where revoked_at is null'),
    );
    expect(rows).toEqual([{ id: sessionId }]);
  });

  it('is dead within a second of a replay, at either process, for both who hold its tokens', async () => {
    const { refreshToken } = await signedIn(one);
    const { body } = await one.refresh(refreshToken);
    clock.advance({ seconds: 11 });
    const started = performance.now();
    expect((await other.refresh(refreshToken)).status).toBe(401);
    expect((await one.refresh(String(body['refreshToken']))).status).toBe(401);
    expect((await one.me(String(body['accessToken']))).status).toBe(401);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('refuses every replay, though twenty come at once, and tells operators of one', async () => {
    const { refreshToken } = await signedIn(one);
    for (const { deps } of [one, other]) deps.metrics.authFailuresTotal.reset();
    await one.refresh(refreshToken);
    clock.advance({ seconds: 11 });
    const replays = Array.from({ length: 20 }, (_, i) => (i % 2 ? one : other).refresh(refreshToken));
    expect(statuses(await Promise.all(replays))).toEqual([401]);
    const counted = await Promise.all([one, other].map(({ deps }) => deps.metrics.authFailuresTotal.get()));
    const told = counted.flatMap(({ values }) => values).map(({ labels, value }) => [labels.reason, value]);
    expect(told).toContainEqual(['replayed_refresh_token', 1]);
    expect(told.filter(([reason]) => reason === 'replayed_refresh_token')).toHaveLength(1);
  });

  it('is over after signing out everywhere, as a change of password does', async () => {
    const { refreshToken, userId } = await signedIn(one);
    await one.deps.database.transaction({ userId }, (tx) => endAllSessions(tx, userId, clock.now()));
    for (const api of [one, other]) expect((await api.refresh(refreshToken)).status).toBe(401);
  });

  it("is not reached by another user's token, nor by one whose ids were exchanged", async () => {
    const [mine, theirs] = [await signedIn(one), await signedIn(one)];
    const [a, b] = [mine, theirs].map(({ refreshToken }) => Buffer.from(refreshToken, 'base64url')) as [Buffer, Buffer];
    const exchanged = Buffer.concat([b.subarray(0, 32), a.subarray(32)]).toString('base64url');
    expect((await one.refresh(exchanged)).status).toBe(401);
    for (const { refreshToken } of [mine, theirs]) expect((await one.refresh(refreshToken)).status).toBe(200);
  });
});

describe('sessions that are over', () => {
  it('are forgotten after 30 days, whoever’s they were, and no others', async () => {
    const ended = await signedIn(one);
    await one.deps.database.transaction({ userId: ended.userId }, (tx) => endSession(tx, ended.sessionId, clock.now()));
    const ranOut = await signedIn(one);
    clock.advance({ hours: 30 * 24 });
    const open = await signedIn(one);
    const forget = () => runHandler(processes.worker, sessionsForget, sessionsForgetHandler, {}, { clock });
    const left = async ({ userId }: { userId: typeof open.userId }) =>
      (await one.deps.database.transaction({ userId }, (tx) => tx.query('select id from session'))).length;

    await forget();
    expect([await left(ended), await left(ranOut), await left(open)]).toEqual([1, 1, 1]);
    clock.advance({ seconds: 1 });
    await forget();
    expect([await left(ended), await left(ranOut), await left(open)]).toEqual([0, 1, 1]);
    clock.advance({ hours: 14 * 24 });
    await forget();
    expect([await left(ranOut), await left(open)]).toEqual([0, 1]);
  });
});

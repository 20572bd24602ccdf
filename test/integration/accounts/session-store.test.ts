import { describe, expect, it } from '@jest/globals';
import {
  endAllSessions,
  endSession,
  openSession,
  putDevice,
  rotateSession,
  type SessionTokens,
  standingOf,
} from '../../../shared/accounts/index.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { newAccount } from '../../support/factories.ts';
import { ownDatabase } from '../../support/own-database.ts';
import { unnamed } from '../../support/sealed.ts';
import { keys } from './accounts-fixture.ts';

const accounts = ownDatabase();
const { clock, as } = accounts;
const phone = unnamed({ deviceId: 'phone-1', platform: 'android' });

async function signedIn() {
  const userId = await newAccount(accounts.api);
  const session = await as(userId, (tx) => openSession(tx, userId, phone, keys.refreshToken, clock.now()));
  return { userId, session };
}

const attempt = (userId: UserId, { sessionId, refreshToken }: SessionTokens, at = clock.now()) =>
  as(userId, (tx) => rotateSession(tx, { userId, sessionId }, refreshToken, keys.refreshToken, at));
const refresh = async (...asked: Parameters<typeof attempt>) => {
  const tokens = await attempt(...asked);
  return tokens === 'replayed' ? null : tokens;
};

const isLive = async (userId: UserId, sessionId: string, tokenVersion = 1) =>
  (await as(userId, (tx) => standingOf(tx, { sessionId, tokenVersion }))) !== null;

async function rotated(userId: UserId, session: SessionTokens): Promise<SessionTokens> {
  const next = await refresh(userId, session);
  if (!next) throw new Error('the session has ended');
  return next;
}

describe('a refresh token', () => {
  it('is replaced by a successor that is good for 14 days', async () => {
    const { userId, session } = await signedIn();
    const next = await rotated(userId, session);
    expect(next.refreshToken).not.toBe(session.refreshToken);
    expect(next.refreshTokenExpiresAt.toString()).toBe('2026-12-05T10:00:00Z');
    expect(await rotated(userId, next)).toBeDefined();
  });

  it('has exactly one successor, though a hundred ask at once', async () => {
    const { userId, session } = await signedIn();
    const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(userId, session)));
    const successors = new Set(answers.map((answer) => answer?.refreshToken));
    expect(successors.size).toBe(1);
    expect(successors.has(undefined)).toBe(false);
    expect(await isLive(userId, session.sessionId)).toBe(true);
  });

  it('gives the same successor again within ten seconds', async () => {
    const { userId, session } = await signedIn();
    const next = await rotated(userId, session);
    const again = await refresh(userId, session, clock.now().add({ seconds: 9 }));
    expect(again?.refreshToken).toBe(next.refreshToken);
    expect(again?.refreshTokenExpiresAt.toString()).toBe(next.refreshTokenExpiresAt.toString());
  });

  it('used again later ends its whole family', async () => {
    const { userId, session } = await signedIn();
    const next = await rotated(userId, session);
    expect(await attempt(userId, session, clock.now().add({ seconds: 11 }))).toBe('replayed');
    expect(await isLive(userId, session.sessionId)).toBe(false);
    expect(await refresh(userId, next)).toBeNull();
  });

  it('of an earlier generation ends the family too, even within the ten seconds', async () => {
    const { userId, session } = await signedIn();
    const next = await rotated(userId, session);
    const newest = await rotated(userId, next);
    expect(await attempt(userId, session)).toBe('replayed');
    expect(await refresh(userId, newest)).toBeNull();
  });

  it('leaves the other sessions of its user alone when its family dies', async () => {
    const { userId, session } = await signedIn();
    const other = await as(userId, (tx) => openSession(tx, userId, phone, keys.refreshToken, clock.now()));
    await rotated(userId, session);
    await refresh(userId, session, clock.now().add({ minutes: 1 }));
    expect(await isLive(userId, other.sessionId)).toBe(true);
    expect(await refresh(userId, other)).not.toBeNull();
  });

  it('is void after 14 days', async () => {
    const { userId, session } = await signedIn();
    expect(await refresh(userId, session, clock.now().add({ hours: 14 * 24 }))).toBeNull();
  });

  it("is worth nothing in another user's transaction", async () => {
    const { session } = await signedIn();
    expect(await refresh(await newAccount(accounts.api), session)).toBeNull();
    expect(await refresh(await newAccount(accounts.api), { ...session, sessionId: newId() })).toBeNull();
  });
});

describe('signing out', () => {
  it('ends the session and its refresh token', async () => {
    const { userId, session } = await signedIn();
    await as(userId, (tx) => endSession(tx, session.sessionId, clock.now()));
    expect(await isLive(userId, session.sessionId)).toBe(false);
    expect(await refresh(userId, session)).toBeNull();
  });

  it('everywhere ends them all and voids every access token', async () => {
    const { userId, session } = await signedIn();
    const other = await as(userId, (tx) => openSession(tx, userId, phone, keys.refreshToken, clock.now()));
    await as(userId, (tx) => endAllSessions(tx, userId, clock.now()));
    for (const { sessionId } of [session, other]) expect(await isLive(userId, sessionId)).toBe(false);
    const later = await as(userId, (tx) => openSession(tx, userId, phone, keys.refreshToken, clock.now()));
    expect(await isLive(userId, later.sessionId, 1)).toBe(false);
    expect(await isLive(userId, later.sessionId, 2)).toBe(true);
  });

  it('takes the push token off the device', async () => {
    const { userId, session } = await signedIn();
    const pushToken = { kind: 'token' as const, value: `push-${userId}` };
    await as(userId, (tx) => putDevice(tx, userId, { ...phone, pushToken }, clock.now()));
    await as(userId, (tx) => endSession(tx, session.sessionId, clock.now()));
    const device = await as(userId, (tx) => putDevice(tx, userId, phone, clock.now()));
    expect(device).toMatchObject({ pushToken: null, pushKind: null });
  });
});

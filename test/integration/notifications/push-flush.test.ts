import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pushFlush } from '../../../jobs/push-flush/contract.ts';
import { pushFlushHandler } from '../../../jobs/push-flush/handler.ts';
import { createNotification } from '../../../shared/notifications/index.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import { fcmPushGateway } from '../../../shared/platform/push/fcm.ts';
import type { PushGateway } from '../../../shared/platform/push/port.ts';
import { createMetrics } from '../../../shared/platform/telemetry/metrics.ts';
import { newAccount, newPhone } from '../../support/factories.ts';
import { ownDatabase } from '../../support/own-database.ts';
import { runHandler } from '../../support/run-handler.ts';
import { type FcmStandIn, startFcmStandIn } from '../../support/stand-ins/fcm/index.ts';
import { redirectFcm } from '../../support/stand-ins/fcm/redirect.ts';

const test = ownDatabase();
const { clock, as, look } = test;
let fcm: FcmStandIn;
let gateway: PushGateway;
let undo: () => void;

beforeAll(async () => {
  fcm = await startFcmStandIn();
  undo = redirectFcm(fcm.url);
  gateway = fcmPushGateway({ credentials: fcm.serviceAccount });
});
afterAll(async () => {
  await gateway.close();
  undo();
  await fcm.stop();
});
beforeEach(() => look('truncate notification cascade'));

const metrics = createMetrics();
const flush = () =>
  runHandler(
    test.worker,
    pushFlush,
    pushFlushHandler({ pushGateway: async () => gateway, random: () => 0.5, metrics }),
    {},
    { clock },
  );
const notify = (userId: UserId, dedupeKey = 'award 1') =>
  as(userId, (tx) => createNotification(tx, { userId, kind: 'achievement', dedupeKey, now: clock.now() }));
const deliveries = (userId: UserId) =>
  look('select state, reason, attempts from delivery where user_id = $1 order by created_at', [userId]);
const pushes = (token: string) => fcm.pushes({ token });

async function reachable() {
  const userId = await newAccount(test.api);
  const token = await newPhone(test.api, userId);
  return { userId, token };
}

describe('a flush', () => {
  it('sends what is due, of any users, once', async () => {
    const [one, other] = [await reachable(), await reachable()];
    await notify(one.userId);
    await notify(other.userId);
    await flush();
    await flush();
    expect([pushes(one.token).length, pushes(other.token).length]).toEqual([1, 1]);
    expect(await deliveries(one.userId)).toEqual([{ state: 'sent', reason: null, attempts: 1 }]);
  });

  it('carries no content, only the id by which the phone drops a repeat', async () => {
    const { userId, token } = await reachable();
    await notify(userId);
    await flush();
    const [notification] = await look('select id from notification where user_id = $1', [userId]);
    expect(pushes(token)[0]?.message).toMatchObject({ data: { nid: notification?.['id'], category: 'achievement' } });
  });

  it('sends nothing for a notification that is there already', async () => {
    const { userId, token } = await reachable();
    expect([await notify(userId), await notify(userId)]).toEqual([1, 0]);
    await flush();
    expect(pushes(token)).toHaveLength(1);
  });

  it('sends each delivery once however many run at a time', async () => {
    const everybody = await Promise.all(Array.from({ length: 20 }, reachable));
    await Promise.all(everybody.map(({ userId }) => notify(userId)));
    await Promise.all([flush(), flush(), flush(), flush()]);
    expect(everybody.map(({ token }) => pushes(token).length)).toEqual(everybody.map(() => 1));
  });

  it('asks for consent at the moment of sending', async () => {
    const { userId, token } = await reachable();
    await notify(userId);
    await look(
      `insert into consent (id, user_id, purpose, version, granted, recorded_at)
       values (uuidv7(), $1, 'achievement_push', 1, false, now() + interval '1 second')`,
      [userId],
    );
    await flush();
    expect(pushes(token)).toEqual([]);
    expect(await deliveries(userId)).toMatchObject([{ state: 'suppressed', reason: 'no_consent' }]);
    expect((await metrics.pushTotal.get()).values).toContainEqual({
      labels: { kind: 'achievement', outcome: 'suppressed' },
      value: 1,
    });
  });

  it('takes the rows of a flush that died, once their claim has run out', async () => {
    const { userId, token } = await reachable();
    await notify(userId);
    await look(
      `update delivery set state = 'claimed', claim = gen_random_uuid(), due_at = now() - interval '1 second'`,
    );
    await flush();
    expect(pushes(token)).toHaveLength(1);
  });

  it('leaves the rows of a flush at work alone, and comes back for them', async () => {
    const { userId, token } = await reachable();
    await notify(userId);
    await look(`delete from job`);
    await look(
      `update delivery set state = 'claimed', claim = gen_random_uuid(), due_at = now() + interval '1 minute'`,
    );
    await flush();
    expect(pushes(token)).toEqual([]);
    expect(
      await look(`select due_at > now() + interval '50 seconds' as later from job where kind = 'push.flush'`),
    ).toEqual([{ later: true }]);
  });
});

describe('a token', () => {
  const tokenOf = async (userId: UserId) =>
    (await look('select push_token from device where user_id = $1', [userId]))[0]?.['push_token'];

  it('is removed when FCM says that it is unregistered', async () => {
    const { userId, token } = await reachable();
    fcm.script(token, [{ kind: 'unregistered' }]);
    await notify(userId);
    await flush();
    expect(await tokenOf(userId)).toBeNull();
    expect(await deliveries(userId)).toMatchObject([{ state: 'dead', reason: 'unregistered' }]);
  });

  it.each(['not-found', 'sender-id-mismatch', 'third-party-auth-error'] as const)(
    'stays when the project is at fault: %s',
    async (kind) => {
      const { userId, token } = await reachable();
      fcm.script(token, [{ kind }]);
      await notify(userId);
      await expect(flush()).rejects.toMatchObject({ class: 'throttled', code: 'push_project_refused' });
      expect(await tokenOf(userId)).toBe(token);
      expect(await deliveries(userId)).toMatchObject([{ state: 'retrying' }]);
      expect((await metrics.breakerState.get()).values).toMatchObject([{ labels: { dependency: 'fcm' }, value: 1 }]);
    },
  );

  it('stays when a fifth of a large batch looks dead at once', async () => {
    const everybody = await Promise.all(Array.from({ length: 60 }, reachable));
    for (const { token } of everybody.slice(0, 20)) fcm.script(token, [{ kind: 'unregistered' }]);
    await Promise.all(everybody.map(({ userId }) => notify(userId)));
    await expect(flush()).rejects.toMatchObject({ code: 'push_project_refused' });
    const kept = await Promise.all(everybody.map(({ userId }) => tokenOf(userId)));
    expect(kept.filter((token) => token === null)).toEqual([]);
  });
});

describe('a fault of FCM', () => {
  it('slows everybody after a 429, for as long as it asks', async () => {
    const { userId, token } = await reachable();
    fcm.script(token, [{ kind: 'quota-exceeded', retryAfter: '120' }]);
    await notify(userId);
    await expect(flush()).rejects.toMatchObject({ class: 'throttled', retryAfterMs: 120_000 });
    expect(await deliveries(userId)).toMatchObject([{ state: 'retrying', attempts: 1 }]);
  });

  it.each(['internal', 'unavailable', 'cut'] as const)('retries only the message that met it: %s', async (kind) => {
    const [unlucky, lucky] = [await reachable(), await reachable()];
    fcm.script(unlucky.token, [{ kind }]);
    await Promise.all([notify(unlucky.userId), notify(lucky.userId)]);
    await flush();
    expect(await deliveries(unlucky.userId)).toMatchObject([{ state: 'retrying' }]);
    expect(await deliveries(lucky.userId)).toMatchObject([{ state: 'sent' }]);
    await look('update delivery set due_at = now()');
    await flush();
    expect(await deliveries(unlucky.userId)).toMatchObject([{ state: 'sent', attempts: 2 }]);
    expect(pushes(lucky.token)).toHaveLength(1);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fcmPushGateway } from '../../../shared/platform/push/fcm.ts';
import type { PushGateway, PushMessage } from '../../../shared/platform/push/port.ts';
import {
  type FaultScript,
  type FcmStandIn,
  startFcmStandIn,
  throwAwayServiceAccount,
} from '../../support/stand-ins/fcm/index.ts';
import { redirectFcm } from '../../support/stand-ins/fcm/redirect.ts';

const push = (token: string, extra: Partial<PushMessage> = {}): PushMessage => ({
  token,
  title: 'Amira',
  body: 'Something good is waiting for you.',
  data: { nid: '0192', category: 'achievement' },
  collapseKey: 'achievement',
  ttlSeconds: 3600,
  ...extra,
});

describe('the push gateway, through the real SDK', () => {
  let fcm: FcmStandIn;
  let gateway: PushGateway;
  let stopRedirect: () => void;

  beforeAll(async () => {
    fcm = await startFcmStandIn();
    stopRedirect = redirectFcm(fcm.url);
    gateway = fcmPushGateway({ credentials: fcm.serviceAccount });
  });
  afterAll(async () => {
    await gateway.close();
    stopRedirect();
    await fcm.stop();
  });

  it('is made ready before the first push, and sends nothing by that', async () => {
    await gateway.warmUp();
    expect(fcm.pushes()).toEqual([]);
  });

  const outcomeOf = async (token: string, faults: FaultScript) => {
    fcm.script(token, faults);
    const [outcome] = await gateway.send([push(token)]);
    return outcome;
  };

  it('delivers a push with everything a phone needs to recognise a repeat', async () => {
    const [outcome] = await gateway.send([push('phone-1')]);
    expect(outcome).toEqual({
      kind: 'accepted',
      messageName: expect.stringMatching(/^projects\/amira-embedded\/messages\//),
    });
    expect(fcm.pushes({ token: 'phone-1' })).toMatchObject([
      {
        outcome: 'accepted',
        message: {
          data: { nid: '0192' },
          android: { collapse_key: 'achievement', ttl: '3600s', notification: { tag: 'achievement' } },
          apns: {
            headers: { 'apns-collapse-id': 'achievement', 'apns-expiration': expect.stringMatching(/^\d{10}$/) },
          },
        },
      },
    ]);
  });

  it('addresses a Firebase installation id as such', async () => {
    await gateway.send([push('installation-1', { tokenKind: 'fid' })]);
    expect(fcm.pushes({ token: 'installation-1' })).toMatchObject([{ message: { fid: 'installation-1' } }]);
  });

  it('gives the outcomes in the order of the messages', async () => {
    const outcomes = await gateway.send([push('dead-1'), push('phone-2'), push('quota-1'), push('dead-2')]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['unregistered', 'accepted', 'retry', 'unregistered']);
  });

  it.each<[string, FaultScript, object]>([
    ['a dead token', [{ kind: 'unregistered' }], { kind: 'unregistered' }],
    ['a plain NOT_FOUND', [{ kind: 'not-found' }], { kind: 'refused', code: 'not_found', systemic: true }],
    [
      'a sender mismatch',
      [{ kind: 'sender-id-mismatch' }],
      { kind: 'refused', code: 'sender_id_mismatch', systemic: true },
    ],
    [
      'third-party auth',
      [{ kind: 'third-party-auth-error' }],
      { kind: 'refused', code: 'third_party_auth_error', systemic: true },
    ],
    [
      'a malformed token',
      [{ kind: 'invalid-argument' }],
      { kind: 'refused', code: 'invalid_argument', systemic: false },
    ],
    [
      '429',
      [{ kind: 'quota-exceeded' }],
      { kind: 'retry', code: 'quota_exceeded', status: 429, retryAfterMs: 60_000, ambiguous: false },
    ],
    [
      '429 with seconds',
      [{ kind: 'quota-exceeded', retryAfter: '7' }],
      { kind: 'retry', status: 429, retryAfterMs: 7_000 },
    ],
    ['500', [{ kind: 'internal' }], { kind: 'retry', code: 'internal', status: 500, ambiguous: false }],
    [
      '503',
      [{ kind: 'unavailable', retryAfter: '30' }],
      { kind: 'retry', code: 'unavailable', status: 503, retryAfterMs: 30_000, ambiguous: true },
    ],
    ['a gateway page', [{ kind: 'bad-gateway' }], { kind: 'retry', code: 'http_502', status: 502, ambiguous: true }],
    ['a lost answer', [{ kind: 'accept-then-reset' }], { kind: 'retry', code: 'network_lost', ambiguous: true }],
    ['half an answer', [{ kind: 'cut' }], { kind: 'retry', status: 200, ambiguous: true }],
    ['a reset connection', [{ kind: 'reset' }], { kind: 'retry', code: 'network_lost', ambiguous: true }],
    ['a connection hung up', [{ kind: 'hang-up' }], { kind: 'retry', code: 'network_lost', ambiguous: true }],
  ])('%s', async (name, faults, outcome) => {
    expect(await outcomeOf(`token of ${name}`, faults)).toMatchObject(outcome);
  });

  it('reads a Retry-After date', async () => {
    const date = new Date(Temporal.Now.instant().add({ seconds: 90 }).epochMilliseconds).toUTCString();
    expect(await outcomeOf('phone-3', [{ kind: 'quota-exceeded', retryAfter: date }])).toMatchObject({
      kind: 'retry',
      status: 429,
    });
  });

  it('tries a failing message once: retries belong to the ledger', async () => {
    await outcomeOf('phone-4', [{ kind: 'unavailable', times: 5 }]);
    expect(fcm.pushes({ token: 'phone-4' })).toHaveLength(1);
  });

  it('keeps the outcomes of neighbours when the connection is hung up on one', async () => {
    fcm.script('phone-5', [{ kind: 'hang-up', ms: 100 }]);
    const outcomes = await gateway.send([push('phone-6'), push('dead-3'), push('phone-5')]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'unregistered', 'retry']);
  });

  it('gives up on a call at its deadline, not knowing what came of it', async () => {
    const impatient = fcmPushGateway({ credentials: fcm.serviceAccount, deadlineMs: 50 });
    fcm.script('phone-7', [{ kind: 'hang' }]);
    expect(await impatient.send([push('phone-7')])).toMatchObject([
      { kind: 'retry', code: 'network_timeout', ambiguous: true },
    ]);
    await impatient.close();
  });

  it('sends 500 in one call and no more', async () => {
    const batch = Array.from({ length: 500 }, (_, index) => push(`crowd-${index}`));
    const outcomes = await gateway.send(batch);
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['accepted']));
    await expect(gateway.send([...batch, push('one-too-many')])).rejects.toMatchObject({
      code: 'push_batch_too_large',
    });
    expect(await gateway.send([])).toEqual([]);
  });

  it('blames the project when the service account is not known', async () => {
    const stranger = fcmPushGateway({ credentials: await throwAwayServiceAccount() });
    expect(await stranger.send([push('phone-8')])).toEqual([
      { kind: 'refused', code: 'credentials_refused', systemic: true },
    ]);
    await stranger.close();
  });

  it('refuses what is no service account before anything is sent', () => {
    expect(() => fcmPushGateway({ credentials: {} })).toThrow('Not a Google service account');
  });
});

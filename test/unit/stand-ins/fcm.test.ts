import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { manualClock } from '../../../shared/platform/clock.ts';
import { type FcmStandIn, startFcmStandIn } from '../../support/stand-ins/fcm/index.ts';
import { newAccessToken, sendPath, sendRaw } from './fcm-client.ts';

const clock = manualClock('2026-03-01T12:00:00Z');
let fcm: FcmStandIn;
let accessToken: string;
const send = (body: unknown, { path = sendPath, authorization = `Bearer ${accessToken}` } = {}) =>
  sendRaw(fcm.url, { path, authorization, body });

beforeAll(async () => {
  fcm = await startFcmStandIn({ clock });
  accessToken = await newAccessToken(fcm, clock.now());
});
afterAll(() => fcm.stop());

describe('messages:send', () => {
  const unauthenticated = { status: 401, body: { error: { status: 'UNAUTHENTICATED' } } };

  it('accepts and captures a message', async () => {
    const message = { token: 'phone', notification: { title: 'Hello' } };
    expect(await send({ message })).toMatchObject({
      status: 200,
      body: { name: expect.stringContaining('/messages/') },
    });
    expect(fcm.pushes({ token: 'phone' })).toEqual([
      { token: 'phone', message, outcome: 'accepted', at: '2026-03-01T12:00:00Z' },
    ]);
  });

  it('gives back what it captured newest first', async () => {
    for (const title of ['first', 'second']) await send({ message: { token: 'ordered', notification: { title } } });
    expect(fcm.pushes({ token: 'ordered' }).map(({ message }) => message.notification?.title)).toEqual([
      'second',
      'first',
    ]);
  });

  it('captures nothing that is only to be validated', async () => {
    expect(await send({ message: { token: 'dry' }, validate_only: true })).toMatchObject({ status: 200 });
    expect(fcm.pushes({ token: 'dry' })).toEqual([]);
  });

  it('refuses a call without a token of its own', async () => {
    expect(await send({ message: { token: 'a' } }, { authorization: 'Bearer ya29.forged' })).toMatchObject(
      unauthenticated,
    );
  });

  it('refuses a token once it has expired', async () => {
    const authorization = `Bearer ${await newAccessToken(fcm, clock.now())}`;
    const before = clock.now();
    clock.advance({ seconds: 3600 });
    expect(await send({ message: { token: 'a' } }, { authorization })).toMatchObject(unauthenticated);
    clock.set(before);
  });

  it('knows one project', async () => {
    const elsewhere = sendPath.replace('amira-embedded', 'another-project');
    expect(await send({ message: { token: 'a' } }, { path: elsewhere })).toMatchObject({
      status: 404,
      body: { error: { status: 'NOT_FOUND' } },
    });
  });

  it.each<[string, unknown, string]>([
    ['an unknown field', { message: { token: 'a', colour: 'red' } }, 'Unknown name "colour" at \'message\''],
    ['an unknown field of Android', { message: { token: 'a', android: { tag: 'x' } } }, "at 'message.android'"],
    ['an unknown field beside the message', { message: { token: 'a' }, dryRun: true }, 'Unknown name "dry_run"'],
    ['a number among the data', { message: { token: 'a', data: { n: 12 } } }, "at 'message.data.n'"],
    ['a TTL in milliseconds', { message: { token: 'a', android: { ttl: 3000 } } }, "at 'message.android.ttl'"],
    ['a TTL without its unit', { message: { token: 'a', android: { ttl: '3' } } }, "at 'message.android.ttl'"],
    ['a TTL of five weeks', { message: { token: 'a', android: { ttl: '3024000s' } } }, 'Invalid TTL'],
    ['no recipient', { message: { data: {} } }, '0 recipients'],
    ['two recipients', { message: { token: 'a', topic: 'b' } }, '2 recipients'],
    ['an empty recipient', { message: { token: '' } }, 'Recipient of the message is not set'],
    ['a reserved data key', { message: { token: 'a', data: { from: 'x' } } }, 'Invalid data payload key: from'],
    ['5 KB of data', { message: { token: 'a', data: { x: 'y'.repeat(5000) } } }, 'message is too big'],
    [
      '5 KB for APNs',
      { message: { token: 'a', apns: { payload: { x: 'y'.repeat(5000) } } } },
      'APNS payload is too big',
    ],
    [
      'a long collapse id',
      { message: { token: 'a', apns: { headers: { 'apns-collapse-id': 'k'.repeat(65) } } } },
      '64 bytes',
    ],
    [
      'a date as expiration',
      { message: { token: 'a', apns: { headers: { 'apns-expiration': '2026-03-01' } } } },
      'UNIX time',
    ],
    [
      'an unheard-of priority',
      { message: { token: 'a', android: { priority: 'urgent' } } },
      "at 'message.android.priority'",
    ],
    ['no JSON', 'hello', 'Invalid JSON'],
  ])('refuses %s', async (_, body, words) => {
    const { status, body: answer } = await send(body);
    expect({ status, text: JSON.stringify(answer) }).toEqual({
      status: 400,
      text: expect.stringContaining('google.rpc.BadRequest'),
    });
    expect(JSON.parse(JSON.stringify(answer)).error.message).toContain(words);
  });

  it('says of an unregistered token what FCM says', async () => {
    expect(await send({ message: { token: 'dead-1' } })).toEqual({
      status: 404,
      retryAfter: undefined,
      body: {
        error: {
          code: 404,
          message: 'Requested entity was not found.',
          status: 'NOT_FOUND',
          details: [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: 'UNREGISTERED' }],
        },
      },
    });
  });

  it('fails as often as its script says, then no more', async () => {
    fcm.script('shaky', [
      { kind: 'internal', times: 2 },
      { kind: 'quota-exceeded', retryAfter: '9' },
    ]);
    const answers = [];
    for (let sent = 0; sent < 4; sent += 1) answers.push(await send({ message: { token: 'shaky' } }));
    expect(answers.map(({ status, retryAfter }) => [status, retryAfter])).toEqual([
      [500, undefined],
      [500, undefined],
      [429, '9'],
      [200, undefined],
    ]);
  });

  it('fails for everybody when the script is for *', async () => {
    fcm.script('*', [{ kind: 'unavailable' }]);
    expect(await send({ message: { token: 'anybody' } })).toMatchObject({ status: 503 });
    expect(await send({ message: { token: 'anybody' } })).toMatchObject({ status: 200 });
  });
});

describe('the control routes', () => {
  it('let another process script faults and read captures', async () => {
    const scripted = await fetch(`${fcm.url}/control/script`, {
      method: 'POST',
      body: JSON.stringify({ token: 'remote', faults: [{ kind: 'unregistered' }] }),
    });
    expect(await scripted.json()).toEqual({ scripted: 1 });
    expect(await (await fetch(`${fcm.url}/control/pushes?token=phone`)).json()).toMatchObject([
      { outcome: 'accepted' },
    ]);
  });

  it('refuse an unknown fault', async () => {
    const body = JSON.stringify({ token: 'remote', faults: [{ kind: 'gremlins' }] });
    expect((await fetch(`${fcm.url}/control/script`, { method: 'POST', body })).status).toBe(400);
  });
});

describe('the redirect', () => {
  it('leads the real SDK of another process here, loaded by --import', async () => {
    const script = `
      import { fcmPushGateway } from './shared/platform/push/fcm.ts';
      const gateway = fcmPushGateway({ credentials: JSON.parse(process.env.FIREBASE_CREDENTIALS) });
      const push = { token: 'child', title: 't', body: 'b', data: { nid: '1' }, collapseKey: 'k', ttlSeconds: 60 };
      console.log(JSON.stringify(await gateway.send([push])));
      await gateway.close();`;
    const realTime = await startFcmStandIn();
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', './test/support/stand-ins/fcm/redirect.ts', '--input-type=module-typescript', '--eval', script],
      {
        env: {
          ...process.env,
          FCM_STAND_IN_URL: realTime.url,
          FIREBASE_CREDENTIALS: JSON.stringify(realTime.serviceAccount),
        },
      },
    );
    expect(JSON.parse(stdout)).toMatchObject([{ kind: 'accepted' }]);
    expect(realTime.pushes({ token: 'child' })).toHaveLength(1);
    await realTime.stop();
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromBase64 } from '../../docs/client/bytes.ts';
import { type Api, playJournal, playShared, recordJournal, shareJournal } from '../../docs/client/journals.ts';
import {
  changePassword,
  createKeyBundle,
  type KeyBundle,
  openWithPassword,
  openWithRecoveryCode,
  type Vault,
  WrongSecret,
} from '../../docs/client/key-bundle.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { freePort } from '../support/embedded/free-port.ts';
import { type System, startSystem } from '../support/embedded/system.ts';
import { type ApiClient, apiClient } from '../support/phones/api-client.ts';
import { nativeArgon2id } from '../support/phones/native-argon2.ts';
import { type Recording, voiceRecordings } from '../support/phones/recordings.ts';
import { until } from '../support/until.ts';

const WITHIN_MS = 180_000;
const [FIRST, SECOND] = ['a long walk by the sea', 'a short swim in the lake'];
const SALT = 'c2FsdHNhbHRzYWx0c2FsdA==';

let fresh: FreshDatabase;
let system: System;
let recording: Recording;
beforeAll(async () => {
  fresh = await freshDatabase();
  const port = await freePort();
  system = await startSystem({
    port,
    env: {
      DATABASE_URL: fresh.urls.api,
      DATABASE_OWNER_URL: fresh.urls.owner,
      DATABASE_WORKER_URL: fresh.urls.worker,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      LOG_LEVEL: 'error',
    },
  });
  [recording] = voiceRecordings().filter(({ format }) => format === 'opus') as [Recording];
}, WITHIN_MS);
afterAll(async () => {
  await system?.stop();
  await fresh?.drop();
}, 60_000);

/** An app on a phone that is signed in, as the reference client is given it. */
type App = { client: ApiClient; api: Api };

async function signIn(email: string, password: string): Promise<App> {
  const client = apiClient(system.apiUrl);
  const device = { deviceId: 'phone', name: 'Phone', platform: 'android' };
  const { body } = await client.expect([200], 'POST', '/v1/auth/login', { email, password, device });
  client.signIn((body as { accessToken: string }).accessToken);
  const api: Api = (method, path, { body: sent, headers } = {}) =>
    client.expect([200, 201, 202, 204], method, path, sent, headers);
  return { client, api };
}

/** The token of the newest mail about this, on a page of the public address. */
const mailToken = (email: string, page: string): Promise<string> =>
  until(`a mail for ${page}`, () =>
    (system.parts.smtp?.mails({ to: email }) ?? [])
      .filter(({ text }) => text.includes(page))
      .flatMap(({ text }) => text.match(/^[\w-]{20,}$/gm) ?? [])
      .at(0),
  );

/** Somebody with an account and a vault, on their first phone. */
async function somebody(name: string) {
  const email = `${name}@example.com`;
  const anyone = apiClient(system.apiUrl);
  const account = { email, password: FIRST, timeZone: 'Europe/Madrid', encryptionKeySalt: SALT, consents: ['service'] };
  await anyone.expect([202], 'POST', '/v1/auth/register', account);
  const token = await mailToken(email, 'verify-email');
  await anyone.expect([204], 'POST', '/v1/auth/verify-email', { token });
  const app = await signIn(email, FIRST);
  const made = await createKeyBundle(FIRST, fromBase64(SALT), nativeArgon2id);
  await store(app, made.bundle);
  return { email, app, ...made };
}

const store = ({ client }: App, bundle: KeyBundle, condition: Record<string, string> = {}) =>
  client.expect([200], 'PUT', '/v1/me/key-bundle', { bundle: JSON.stringify(bundle) }, condition);

async function stored({ client }: App): Promise<{ bundle: KeyBundle; condition: Record<string, string> }> {
  const { body, headers } = await client.expect([200], 'GET', '/v1/me/key-bundle');
  const bundle = JSON.parse((body as { bundle: string }).bundle) as KeyBundle;
  return { bundle, condition: { 'If-Match': headers.get('ETag') ?? '' } };
}

/** Records, and waits for the verdict. */
async function record({ api }: App, vault: Vault, version: 1 | 2 | 3 = 3) {
  const recordedAt = Temporal.Now.instant().subtract({ minutes: 1 }).toString({ fractionalSecondDigits: 3 });
  const id = await recordJournal(api, vault, recording, { recordedAt, timeZone: 'Europe/Madrid' }, version);
  const journal = await until('a verdict', async () => {
    const { body } = await api('GET', `/v1/journals/${id}`);
    const { audio } = body as { audio: { status: string; envelope: { keyId: string } } };
    return audio.status === 'validating' ? null : audio;
  });
  expect(journal.status).toBe('valid');
  return { id, keyId: journal.envelope.keyId };
}

const isTheRecording = (bytes: Uint8Array) => Buffer.from(bytes).equals(Buffer.from(recording.bytes));

/** Sets another password by mail, and signs in with it. */
async function reset(email: string): Promise<App> {
  const anyone = apiClient(system.apiUrl);
  await anyone.expect([202], 'POST', '/v1/auth/reset-password', { email });
  const token = await mailToken(email, 'reset-password');
  await anyone.expect([204], 'POST', '/v1/auth/reset-password-confirm', { token, password: SECOND });
  return signIn(email, SECOND);
}

describe('the reference client against the system', () => {
  it(
    'records, plays and shares in every envelope; whoever has the link hears the same, until it is taken back',
    async () => {
      const { app, vault } = await somebody('ada');
      for (const version of [1, 2, 3] as const) {
        const journal = await record(app, vault, version);
        expect(isTheRecording(await playJournal(app.api, vault, journal.id))).toBe(true);
        const link = await shareJournal(app.api, vault, journal, { hours: 1, maxDownloads: 2 });
        expect(isTheRecording(await playShared(link))).toBe(true);

        const { body } = await app.api('GET', `/v1/journals/${journal.id}/shares`);
        const [share] = (body as { items: { id: string; downloads: number }[] }).items;
        expect(share?.downloads).toBe(1);
        await app.api('DELETE', `/v1/journals/${journal.id}/shares/${share?.id}`);
        await expect(playShared(link)).rejects.toThrow('404');
      }
    },
    WITHIN_MS,
  );

  it(
    'keeps recordings open through a change of password, on the next phone too',
    async () => {
      const { email, app, vault } = await somebody('ben');
      const { id } = await record(app, vault);
      await app.client.expect([200], 'POST', '/v1/me/password', { currentPassword: FIRST, newPassword: SECOND });
      const again = await signIn(email, SECOND);
      const { bundle, condition } = await stored(again);
      await store(again, await changePassword(bundle, vault, SECOND, nativeArgon2id), condition);

      const next = await signIn(email, SECOND);
      const opened = await openWithPassword((await stored(next)).bundle, SECOND, nativeArgon2id);
      expect(isTheRecording(await playJournal(next.api, opened, id))).toBe(true);
    },
    WITHIN_MS,
  );

  it(
    'opens recordings after a reset with the recovery code',
    async () => {
      const { email, app, vault, recoveryCode } = await somebody('cleo');
      const { id } = await record(app, vault);
      const later = await reset(email);
      const { bundle, condition } = await stored(later);
      await expect(openWithPassword(bundle, SECOND, nativeArgon2id)).rejects.toThrow(WrongSecret);
      const opened = await openWithRecoveryCode(bundle, recoveryCode, nativeArgon2id);
      await store(later, await changePassword(bundle, opened, SECOND, nativeArgon2id), condition);
      expect(isTheRecording(await playJournal(later.api, opened, id))).toBe(true);
    },
    WITHIN_MS,
  );

  it(
    'leaves old recordings closed where the code is lost, and opens new ones',
    async () => {
      const { email, app, vault } = await somebody('dora');
      const { id } = await record(app, vault);
      const later = await reset(email);
      const { condition } = await stored(later);
      const made = await createKeyBundle(SECOND, fromBase64(SALT), nativeArgon2id);
      await store(later, made.bundle, condition);
      await expect(playJournal(later.api, made.vault, id)).rejects.toMatchObject({ name: 'OperationError' });
      const fromNowOn = await record(later, made.vault);
      expect(isTheRecording(await playJournal(later.api, made.vault, fromNowOn.id))).toBe(true);
    },
    WITHIN_MS,
  );
});

import { afterAll, beforeAll } from '@jest/globals';
import { Client } from 'pg';
import { buildApp } from '../../../api/app.ts';
import { accountRoutes } from '../../../api/routes/accounts/index.ts';
import { mailSend } from '../../../jobs/mail-send/contract.ts';
import { mailSendHandler } from '../../../jobs/mail-send/handler.ts';
import { compose, type Deps } from '../../../shared/compose.ts';
import type { PayloadOf } from '../../../shared/ledger/contract.ts';
import { decodePayload } from '../../../shared/ledger/payload.ts';
import { type ManualClock, manualClock } from '../../../shared/platform/clock.ts';
import { loadConfig, type ProcessKind } from '../../../shared/platform/config/index.ts';
import { type JobId, newId } from '../../../shared/platform/ids.ts';
import type { Mail } from '../../../shared/platform/mail/port.ts';
import { type ApiClient, serveApp } from '../../support/api/client.ts';
import { UNLIMITED } from '../../support/api/unlimited.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { runHandler } from '../../support/run-handler.ts';

export type Answer = { status: number; body: ReturnType<typeof JSON.parse> };

type MailPayload = PayloadOf<typeof mailSend>;

type Send = { body?: unknown; token?: string; headers?: Record<string, string> };

/** The account routes over HTTP on a database of their own, and the mail pool's handler to be run by hand. */
export function accountsApi(settings: Record<string, string> = {}) {
  const clock: ManualClock = manualClock('2026-11-21T10:00:00Z');
  let fresh: FreshDatabase;
  let api: Deps;
  let worker: Deps;
  let client: ApiClient;

  beforeAll(async () => {
    fresh = await freshDatabase();
    const start = (kind: ProcessKind, url: string) => compose(configOf(kind, url, settings), { clock });
    [api, worker] = await Promise.all([start('api', fresh.urls.api), start('worker', fresh.urls.worker)]);
    client = await serveApp(buildApp(api, accountRoutes));
  });
  afterAll(async () => {
    await client?.close();
    await Promise.all([api?.close(), worker?.close()]);
    await fresh?.drop();
  });

  const reply = (method: string, path: string, { body, token, headers }: Send = {}) =>
    client.send(method, `/v1${path}`, {
      body,
      headers: { ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }), ...headers },
    });
  const send = async (method: string, path: string, request: Send = {}): Promise<Answer> => {
    const { status, text } = await reply(method, path, request);
    return { status, body: text === '' ? undefined : JSON.parse(text) };
  };

  /** Runs one `mail.send` as its worker would, with `deliver` for the mail server. */
  const runMail = async (payload: MailPayload, deliver: (mail: Mail) => void, id = newId<JobId>()) => {
    const { config, accountKeys, database, userKeys } = worker;
    const handler = mailSendHandler({
      mailGateway: async () => ({ send: async (mail) => deliver(mail), close: () => {} }),
      userKeys,
      mailTokenKeys: accountKeys.mailTokens,
      publicUrl: config.PUBLIC_URL,
    });
    await runHandler(database, mailSend, handler, payload, { clock, id });
  };

  /** Takes the mails that wait to be sent out of the ledger. */
  const waitingMails = async (): Promise<MailPayload[]> => {
    const rows = await worker.database.query<{ payload: unknown }>(
      `delete from job where kind = 'mail.send' returning payload`,
    );
    return rows.map(({ payload }) => decodePayload(mailSend, mailSend.version, payload));
  };

  const deliverMails = async (): Promise<Mail[]> => {
    const sent: Mail[] = [];
    for (const payload of await waitingMails()) await runMail(payload, (mail) => void sent.push(mail));
    return sent;
  };

  const register = (email: string, over: Record<string, unknown> = {}) =>
    send('POST', '/auth/register', { body: { ...newcomer(email), ...over } });
  const signIn = (email: string, over: Record<string, unknown> = {}) =>
    send('POST', '/auth/login', { body: { email, password, device, ...over } });

  return {
    clock,
    send,
    /** The same with its headers, and the body as it came. */
    reply,
    deliverMails,
    waitingMails,
    runMail,
    register,
    signIn,
    get deps() {
      return api;
    },
    get port() {
      return client.port;
    },
    /** Past row-level security. */
    async look(sql: string, values: unknown[] = []) {
      const outside = new Client({ connectionString: fresh.superuserUrl });
      await outside.connect();
      return (await outside.query(sql, values).finally(() => outside.end())).rows;
    },
    get workerDeps() {
      return worker;
    },
    /** Registered, verified by mail and signed in. */
    async newcomer(email: string): Promise<{ accessToken: string; refreshToken: string; user: { id: string } }> {
      await register(email);
      const [mail] = (await deliverMails()).filter(({ to }) => to === email);
      await send('POST', '/auth/verify-email', { body: { token: tokenIn(mail) } });
      return (await signIn(email)).body;
    },
  };
}

export const password = 'correct horse battery';
export const device = { deviceId: 'phone-1', name: 'Pixel 12', platform: 'android' };

export const newcomer = (email: string) => ({
  email,
  password,
  timeZone: 'Europe/Madrid',
  encryptionKeySalt: 'c2FsdHNhbHRzYWx0c2FsdA==',
  consents: ['service'],
});

/** The token that stands alone on a line of the mail's text. */
export function tokenIn(mail: Mail | undefined): string {
  const token = mail?.text.split('\n').find((line) => /^[\w-]{20,}$/.test(line));
  if (!token) throw new Error('the mail has no token');
  return token;
}

const configOf = (kind: ProcessKind, url: string, settings: Record<string, string>) =>
  loadConfig(kind, {
    APP_ENV: 'test',
    DATABASE_URL: url,
    DATABASE_POOL: '8',
    SECRET_KEY: 'a server secret of at least thirty-two characters',
    PUBLIC_URL: 'https://api.amira.test',
    S3_BUCKET_NAME: 'unused',
    WORKER_POOLS: 'mail',
    SMTP_URL: 'smtp://127.0.0.1:1',
    LOG_LEVEL: 'silent',
    RATE_LIMITS: UNLIMITED,
    ...settings,
  });

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { Client } from 'pg';
import { buildOpsApp } from '../../../api/ops/app.ts';
import { type OperatorRole, proofOf } from '../../../shared/accounts/index.ts';
import { compose, type Deps } from '../../../shared/compose.ts';
import { type ManualClock, manualClock } from '../../../shared/platform/clock.ts';
import { loadConfig } from '../../../shared/platform/config/index.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { type ApiClient, type Reply, serveApp } from '../../support/api/client.ts';
import { codeOf } from '../../support/authenticator.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';

export const SECRET_KEY = 'a server secret of at least thirty-two characters';
export const password = 'correct horse battery';

type Send = { body?: unknown; token?: string; headers?: Record<string, string> };
export type Administrator = { id: UserId; email: string; secret: string; recoveryCodes: string[] };

/** The operator's listener over HTTP, on a database of its own. The fields are there once `beforeAll` has run. */
export function opsApi() {
  const clock: ManualClock = manualClock('2026-11-21T10:00:00Z');
  let fresh: FreshDatabase;
  let deps: Deps;
  let client: ApiClient;
  let outside: Client;

  beforeAll(async () => {
    fresh = await freshDatabase();
    deps = await compose(configOf(fresh.urls.api), { clock });
    client = await serveApp(buildOpsApp(deps, () => 'ready'));
    outside = new Client({ connectionString: fresh.superuserUrl });
    await outside.connect();
  });
  afterAll(async () => {
    await client?.close();
    await Promise.all([deps?.close(), outside?.end()]);
    await fresh?.drop();
  });

  const send = (method: string, path: string, { body, token, headers }: Send = {}): Promise<Reply> =>
    client.send(method, `/ops/api${path}`, {
      body,
      headers: { ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }), ...headers },
    });
  const look = async (sql: string, values: unknown[] = []) => (await outside.query(sql, values)).rows;
  const codeFor = ({ secret }: Pick<Administrator, 'secret'>) => codeOf(secret, clock.now());
  const signIn = (who: Administrator, over: Record<string, unknown> = {}) =>
    send('POST', '/session', {
      body: { email: who.email, password, totp: codeFor(who), as: 'bearer', ...over },
    });

  /** As `npm run ops -- admin create` does it. */
  async function addFirst(email: string, { secretKey = SECRET_KEY, ...over }: Record<string, string> = {}) {
    const challenge = await send('POST', '/administrators/challenge');
    const request = { email, password, nonce: String(challenge.body['nonce']) };
    return send('POST', '/administrators', { body: { ...request, proof: proofOf(request, secretKey), ...over } });
  }

  return {
    clock,
    send,
    look,
    signIn,
    addFirst,
    codeFor,
    get url() {
      return client.url;
    },
    get deps() {
      return deps;
    },
    /** Nobody is there any more. */
    async empty() {
      await look('alter table account disable trigger user');
      await look('delete from account');
      await look('alter table account enable trigger user');
    },
    async firstAdministrator(email = `${randomBytes(4).toString('hex')}@amira.test`): Promise<Administrator> {
      const { body, status } = await addFirst(email);
      if (status !== 201) throw new Error(`there is an administrator already: ${JSON.stringify(body)}`);
      const { id, enrolment } = body as { id: UserId; enrolment: { secret: string; recoveryCodes: string[] } };
      return { id, email, ...enrolment };
    },
    /** A session of `who`, as a program has it; `role` is given past the API. */
    async session(who: Administrator, role: OperatorRole = 'admin'): Promise<string> {
      await look('alter table account disable trigger user');
      await look('update account set operator_role = $2 where id = $1', [who.id, role]);
      await look('alter table account enable trigger user');
      clock.advance({ seconds: 60 });
      const { body, status } = await signIn(who);
      if (status !== 200) throw new Error(`could not sign in: ${JSON.stringify(body)}`);
      return String(body['token']);
    },
    /** Somebody with an account and nothing else. */
    async person(): Promise<UserId> {
      const id = newId<UserId>();
      await look(
        `insert into account (id, email, email_normalized, password_hash, status, time_zone, encryption_key_salt, created_at)
         values ($1, $2, $2, 'none', 'active', 'UTC', 'c2FsdA==', now())`,
        [id, `${id}@example.org`],
      );
      return id;
    },
  };
}

const configOf = (url: string) =>
  loadConfig('api', {
    APP_ENV: 'test',
    DATABASE_URL: url,
    DATABASE_POOL: '8',
    SECRET_KEY,
    S3_BUCKET_NAME: 'unused',
    LOG_LEVEL: 'silent',
    RATE_LIMITS: JSON.stringify({ login: { points: 50 }, loginAccount: { points: 200 } }),
  });

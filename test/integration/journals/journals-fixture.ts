import { afterAll, beforeAll } from '@jest/globals';
import { Client } from 'pg';
import { buildApp } from '../../../api/app.ts';
import { issueAccessToken, openSession, type Role } from '../../../shared/accounts/index.ts';
import { compose, type Deps } from '../../../shared/compose.ts';
import { markDispatched } from '../../../shared/ledger/dispatch.ts';
import { type ManualClock, manualClock, systemClock } from '../../../shared/platform/clock.ts';
import { loadConfig, type ProcessKind } from '../../../shared/platform/config/index.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import type { ObjectStore } from '../../../shared/platform/object-store/port.ts';
import { s3ObjectStore } from '../../../shared/platform/object-store/s3.ts';
import { createLogger } from '../../../shared/platform/telemetry/logger.ts';
import { batchedClaims } from '../../../workers/claim-batch.ts';
import { createJobRunner, type RunOutcome } from '../../../workers/job-runner.ts';
import { buildRegistry } from '../../../workers/registry.ts';
import { type RunningJobs, trackRunningJobs } from '../../../workers/running-jobs.ts';
import { type ApiClient, type Reply, serveApp } from '../../support/api/client.ts';
import type { LogLine } from '../../support/api/deps.ts';
import { freshDatabase } from '../../support/database.ts';
import { newAccount } from '../../support/factories.ts';
import { bucket, identity, type S3Session, s3Session } from '../../support/s3-session.ts';
import { unnamed } from '../../support/sealed.ts';
import type { Upload } from './uploads.ts';

export type Person = {
  id: UserId;
  /** What it shows to the API. */
  readonly token: string;
  /** Goes on with a new access token, as a phone does whose old one is of before a change of its role. */
  refresh(tokenVersion: number): Promise<void>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
};

export type Journal = {
  id: string;
  audio: { status: string; reason: string | null };
} & Record<string, unknown>;

/** The api over HTTP, S3 over HTTP, and the audio pool's jobs run by the real runner whenever a test says so. */
export function journals() {
  const clock: ManualClock = manualClock(systemClock.now());
  const logLines: LogLine[] = [];
  const logger = createLogger({
    service: 'test',
    environment: 'test',
    level: 'debug',
    secretKey: SECRET_KEY,
    destination: { write: (line: string) => void logLines.push(JSON.parse(line)) },
  });
  const closing: (() => Promise<unknown> | unknown)[] = [];
  let [api, worker, client, s3, outside, running] = [] as unknown as [
    Deps,
    Deps,
    ApiClient,
    S3Session,
    Client,
    RunningJobs,
  ];

  beforeAll(async () => {
    const fresh = await freshDatabase();
    closing.push(fresh.drop);
    s3 = await s3Session();
    closing.push(() => s3.stop());
    const store = storeOf(s3);
    closing.push(() => store.close());
    const start = (kind: ProcessKind, url: string) =>
      compose(configOf(kind, url), { clock, logger, objectStore: async () => store });
    [api, worker] = await Promise.all([start('api', fresh.urls.api), start('worker', fresh.urls.worker)]);
    outside = new Client({ connectionString: fresh.superuserUrl });
    await outside.connect();
    client = await serveApp(buildApp(api));
    const { database } = worker;
    running = trackRunningJobs({ database, tls: false, worker: 'test', logger });
    closing.push(() => Promise.all([api.close(), worker.close()]));
    closing.push(() => Promise.all([client.close(), outside.end(), running.close()]));
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  /** Runs all that is due in the audio pool, and what follows from it there. Gives back what became of each job. */
  const work = async (store?: ObjectStore): Promise<RunOutcome[]> => {
    const { database, random, probe } = worker;
    const deps = store ? { ...worker, objectStore: async () => store } : worker;
    const registry = buildRegistry(deps);
    const claim = batchedClaims(database, 'test');
    const run = createJobRunner({ database, registry, claim, running, clock, random, logger, probe });
    const outcomes: RunOutcome[] = [];
    for (;;) {
      const due = await markDispatched(database, 'audio', 100);
      if (due.length === 0) return outcomes;
      outcomes.push(...(await Promise.all(due.map(run))));
    }
  };
  /** Past row-level security: what is really there, or what must be put there. */
  const look = async (sql: string, values: unknown[] = []) => (await outside.query(sql, values)).rows;

  const create = async (person: Person, body: unknown) => {
    const reply = await person.send('POST', '/v1/journals', body);
    if (reply.status !== 201) throw new Error(reply.text);
    return reply.body as { journal: Journal; upload: { url: string; headers: Record<string, string> } };
  };
  const read = async (person: Person, id: string) =>
    (await person.send('GET', `/v1/journals/${id}`)).body as unknown as Journal;
  const complete = (person: Person, id: string, body?: unknown) =>
    person.send('POST', `/v1/journals/${id}/complete`, body);
  const keyOf = async (id: string): Promise<string> =>
    (await look('select object_key from audio_metadata where journal_id = $1', [id]))[0]?.object_key;

  /** Runs the audio pool and gives the verdict. */
  const judged = async (person: Person, id: string) => {
    await work();
    const { status, reason } = (await read(person, id)).audio;
    return { id, status, reason };
  };
  const created = async (person: Person, { body }: Upload) => (await create(person, body)).journal.id;
  /** Created, uploaded and completed; not judged yet. */
  const sent = async (person: Person, { body, object }: Upload): Promise<string> => {
    const { journal, upload } = await create(person, body);
    const { status } = await put(upload, object);
    if (status !== 200) throw new Error(`the upload was answered ${status}`);
    await complete(person, journal.id);
    return journal.id;
  };

  return {
    clock,
    logLines,
    work,
    judged,
    created,
    sent,
    /** Everything from the phone's first word to the verdict. */
    verdictOn: async (upload: Upload, person: Person) => judged(person, await sent(person, upload)),
    look,
    create,
    read,
    complete,
    keyOf,
    get url() {
      return client.url;
    },
    get s3() {
      return s3;
    },
    get api() {
      return api;
    },
    get worker() {
      return worker;
    },
    get running() {
      return running;
    },
    /** Somebody new, signed in. */
    async person(role: Role = 'standard'): Promise<Person> {
      const id = await newAccount(api.database);
      await look(
        `update account set role = $2, operator_role = case when $2 = 'administrator' then 'admin' end where id = $1`,
        [id, role],
      );
      const { accountKeys, database } = api;
      const { sessionId } = await database.transaction({ userId: id }, (tx) =>
        openSession(tx, id, PHONE, accountKeys.refreshToken, clock.now()),
      );
      const claims = { userId: id, sessionId, role, secondFactor: false };
      let accessToken = '';
      const refresh = async (tokenVersion: number) => {
        const issued = issueAccessToken({ ...claims, tokenVersion }, newId(), accountKeys.accessToken, clock.now());
        accessToken = (await issued).accessToken;
      };
      await refresh(1);
      return {
        id,
        get token() {
          return accessToken;
        },
        refresh,
        send: (method, path, body, headers = {}) =>
          client.send(method, path, { body, headers: { Authorization: `Bearer ${accessToken}`, ...headers } }),
      };
    },
    /** What the bucket holds below a journal's key: versions and markers. */
    async stored(id: string) {
      const key = await keyOf(id);
      return s3.standIn.objects().filter((version) => version.key === key);
    },
    /** Lets jobs that wait for their next try have it now. */
    retryNow: () => look(`update job set due_at = now() where state in ('retrying', 'parked')`),
  };
}

export type JournalsFixture = ReturnType<typeof journals>;

/** How a request was refused: `errors` as "path code". */
export const problemOf = ({ status, body }: Reply) => ({
  status,
  code: body['code'],
  errors: (body['errors'] as { path: string; code: string }[] | undefined)?.map(({ path, code }) => `${path} ${code}`),
});

/** Uploads as a phone does. */
export function put(
  { url, headers }: { url: string; headers: Record<string, string> },
  object: Uint8Array,
): Promise<Response> {
  // fetch sets the length of the body itself.
  const { 'content-length': _, ...others } = headers;
  return fetch(url, { method: 'PUT', headers: others, body: new Uint8Array(object) });
}

/** The real adapter, which gives up sooner than in production. */
export const storeOf = ({ standIn }: S3Session, timeouts = { connect: 1_000, idle: 1_000 }): ObjectStore => {
  const { region, ...credentials } = identity;
  return s3ObjectStore({ bucket, region, credentials, endpoint: standIn.url, timeouts });
};

const SECRET_KEY = 'a server secret of at least thirty-two characters';
const PHONE = unnamed({ deviceId: 'phone-1', platform: 'android' });

const configOf = (kind: ProcessKind, url: string) =>
  loadConfig(kind, {
    APP_ENV: 'test',
    DATABASE_URL: url,
    DATABASE_POOL: '8',
    SECRET_KEY,
    S3_BUCKET_NAME: bucket,
    WORKER_POOLS: 'audio',
  });

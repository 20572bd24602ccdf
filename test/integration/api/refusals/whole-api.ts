import { afterAll, beforeAll, expect } from '@jest/globals';
import { buildApp } from '../../../../api/app.ts';
import { createPasswords, type Passwords } from '../../../../shared/accounts/index.ts';
import { compose, type Deps } from '../../../../shared/compose.ts';
import { loadConfig } from '../../../../shared/platform/config/index.ts';
import type { Database } from '../../../../shared/platform/database/database.ts';
import { createLogger } from '../../../../shared/platform/telemetry/logger.ts';
import { type ApiClient, serveApp } from '../../../support/api/client.ts';
import type { LogLine } from '../../../support/api/deps.ts';
import { newPerson, type Person } from '../../../support/api/person.ts';
import { UNLIMITED } from '../../../support/api/unlimited.ts';
import { type FreshDatabase, freshDatabase, openTestDatabase } from '../../../support/database.ts';

/**
 * Every route over a socket, on a database of its own, put together as in production. No refusal may be a fault of
 * ours: a line of level error fails the file. The fields are there once `beforeAll` has run.
 */
export function wholeApi(settings: Record<string, string> = {}) {
  const logLines: LogLine[] = [];
  const hashes = { run: 0 };
  let [fresh, deps, client, worker] = [] as unknown as [FreshDatabase, Deps, ApiClient, Database];
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    fresh = await freshDatabase();
    closing.push(fresh.drop);
    const config = loadConfig('api', { ...SETTINGS, DATABASE_URL: fresh.urls.api, ...settings });
    deps = await compose(config, { logger: loggerInto(logLines), passwords: counted(createPasswords(2), hashes) });
    closing.push(() => deps.close());
    worker = await openTestDatabase(fresh.urls.worker);
    closing.push(() => worker.close());
    client = await serveApp(buildApp(deps), config.REQUEST_TIMEOUT);
    closing.push(() => client.close());
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    expect(logLines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  const send: ApiClient['send'] = (...request) => client.send(...request);
  return {
    logLines,
    /** How many password hashes have been asked for. */
    hashes,
    send,
    person: (): Promise<Person> => newPerson(deps, client),
    /** What a worker sees of that person. */
    rowsOf: <Row>({ id }: Person, sql: string): Promise<Row[]> =>
      worker.transaction({ userId: id }, (tx) => tx.query<Row>(sql)),
    get deps() {
      return deps;
    },
    /** Past row-level security. */
    get superuserUrl() {
      return fresh.superuserUrl;
    },
    get port() {
      return client.port;
    },
  };
}

function counted(passwords: Passwords, hashes: { run: number }): Passwords {
  const count = <Result>(work: Promise<Result>): Promise<Result> => {
    hashes.run += 1;
    return work;
  };
  return {
    ...passwords,
    hash: (password) => count(passwords.hash(password)),
    verify: (password, phc) => count(passwords.verify(password, phc)),
  };
}

const loggerInto = (lines: LogLine[]) =>
  createLogger({
    service: 'api',
    environment: 'test',
    level: 'info',
    secretKey: SETTINGS.SECRET_KEY,
    destination: { write: (line: string) => void lines.push(JSON.parse(line)) },
  });

const SETTINGS = {
  APP_ENV: 'test',
  SECRET_KEY: 'a secret of the tests, long enough to be one',
  S3_BUCKET_NAME: 'none',
  S3_ENDPOINT: 'http://127.0.0.1:1',
  AWS_ACCESS_KEY_ID: 'nobody',
  RATE_LIMITS: UNLIMITED,
  AWS_SECRET_ACCESS_KEY: 'nothing',
};

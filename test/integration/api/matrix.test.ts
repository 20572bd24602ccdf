import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { buildApp } from '../../../api/app.ts';
import { compose, type Deps } from '../../../shared/compose.ts';
import { manualClock } from '../../../shared/platform/clock.ts';
import { loadConfig } from '../../../shared/platform/config/index.ts';
import { type ApiClient, type Reply, serveApp } from '../../support/api/client.ts';
import type { Person } from '../../support/api/person.ts';
import { freshDatabase } from '../../support/database.ts';
import { answerProblems } from '../../support/openapi/answer-problems.ts';
import { nameOf, type Operation, operations } from '../../support/openapi/operations.ts';
import { addressOf } from '../../support/openapi/requests.ts';
import { bucket, identity, type S3Session, s3Session } from '../../support/s3-session.ts';
import { objectKindsOf } from './matrix/objects.ts';
import { expected, type Owner, ownersOf } from './matrix/rule.ts';
import { NOW, sampleOf } from './matrix/samples.ts';
import { loseAccess, newSomebody, type Who, whos } from './matrix/whos.ts';

const [standard] = whos.filter(({ name }) => name === 'standard');
const cells = operations.flatMap((operation) =>
  whos.flatMap((who) => ownersOf(operation).map((owner) => ({ operation, who, owner }))),
);
type Cell = (typeof cells)[number];

let deps: Deps;
let client: ApiClient;
let outside: Client;
let s3: S3Session;
let drop = async () => {};
let letIn = 0;

beforeAll(async () => {
  const fresh = await freshDatabase();
  drop = fresh.drop;
  outside = new Client({ connectionString: fresh.superuserUrl });
  await outside.connect();
  s3 = await s3Session();
  const config = loadConfig('api', {
    APP_ENV: 'test',
    DATABASE_URL: fresh.urls.api,
    SECRET_KEY: 'a server secret of at least thirty-two characters',
    S3_BUCKET_NAME: bucket,
    S3_ENDPOINT: s3.standIn.url,
    AWS_REGION: identity.region,
    AWS_ACCESS_KEY_ID: identity.accessKeyId,
    AWS_SECRET_ACCESS_KEY: identity.secretAccessKey,
    LOG_LEVEL: 'silent',
  });
  deps = await compose(config, { clock: manualClock(NOW) });
  client = await serveApp(buildApp(deps));
});
afterAll(async () => {
  await client?.close();
  await deps?.close();
  await outside?.end();
  await s3?.stop();
  await drop();
  process.stdout.write(`matrix: ${operations.length} routes, ${cells.length} cells, ${letIn} of them a success\n`);
});

const look = (sql: string, values: unknown[] = []) => outside.query(sql, values);

describe(`the matrix of who may ask what of whom (${cells.length} cells)`, () => {
  it('knows how to make an object for each path parameter', () => {
    const unknown = operations.flatMap((operation) =>
      [...objectKindsOf(operation.path)].flatMap(([name, kind]) => (kind ? [] : [`${nameOf(operation)} ${name}`])),
    );
    expect(unknown).toEqual([]);
  });

  it.each(operations.map((operation) => [nameOf(operation), operation] as const))(
    'answers %s by who asks and whose it is',
    async (_name, operation) => {
      const row = cells.filter((cell) => cell.operation === operation);
      const wrong: string[] = [];
      for (const cell of row) wrong.push(...(await wrongIn(cell)));
      expect(wrong).toEqual([]);
    },
    60_000,
  );
});

/** What is wrong with one cell, each with the answer there was. Nobody in it takes part in another. */
async function wrongIn({ operation, who, owner }: Cell): Promise<string[]> {
  const me = await newSomebody(who, deps, client, look);
  const other = owner === 'another’s' && standard ? await newSomebody(standard, deps, client, look) : undefined;
  const path = await namesOf(operation, owner, other ?? me);
  await loseAccess(who, me, look);

  const reply = await ask(operation, who, me, path);
  if (reply.status < 300) letIn += 1;
  const rule = expected(operation, who, owner);
  const answered = { status: reply.status, code: reply.body['code'] };
  const wrong = answerProblems(operation, { ...reply, headers: Object.fromEntries(reply.headers) });
  if (!rule.fits(answered)) wrong.push(`${rule.words} was expected`);
  if (other && !(await isStillThere(operation, other, path))) wrong.push('the other’s object has gone');
  return wrong.map((what) => `${who.name}, ${owner}: ${reply.status} ${reply.text.slice(0, 300)} — ${what}`);
}

async function namesOf(operation: Operation, owner: Owner, holder: Person): Promise<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const [name, kind] of objectKindsOf(operation.path)) {
    if (kind) names[name] = owner === 'missing' ? kind.missing() : await kind.make(holder, deps, names);
  }
  return names;
}

function ask(operation: Operation, who: Who, me: Person, path: Record<string, string>): Promise<Reply> {
  const { query, headers, body } = sampleOf(operation);
  return client.send(operation.method, addressOf({ operation, path, query }), {
    body,
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      ...(operation.body ? { 'Content-Type': operation.body.mediaType } : {}),
      ...(who.access === 'none' ? {} : { Authorization: `Bearer ${me.token}` }),
    },
  });
}

/** Whoever could not read it could not change it either; `true` where it has no address to be read at. */
async function isStillThere({ path: template }: Operation, owner: Person, path: Record<string, string>) {
  const read = operations.find(
    ({ method, path: at, signedIn }) => method === 'GET' && signedIn && at.includes('{') && template.startsWith(at),
  );
  if (!read) return true;
  return (await owner.send('GET', addressOf({ operation: read, path, query: {} }))).status === 200;
}

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { z } from 'zod';
import { stopwatch } from '../../../shared/platform/clock.ts';
import { keptAliveClient } from '../../isolation/kept-alive-client.ts';
import type { ApiClient } from '../../support/api/client.ts';
import { UNLIMITED } from '../../support/api/unlimited.ts';
import { startRedis } from '../../support/embedded/redis.ts';
import { startSystem } from '../../support/embedded/system.ts';
import { generatedBytes } from '../../support/stand-ins/s3/index.ts';
import { until } from '../../support/until.ts';
import { signedInPeople } from '../latency/people.ts';
import { type ProcessorTimes, perItem, processorTimes } from './processor-time.ts';

const ISSUER = 'http://127.0.0.1:8000';
const SECRET_KEY = 'a secret of the benches, long enough to be one';
/** One minute of speech at 64 kbit/s, and its tag. */
const SECONDS = 60;
const OBJECT_BYTES = SECONDS * 8_000 + 16;
const PATIENCE_MS = 300_000;
/** Journals that are created and completed at a time. */
const LANES = 20;

export type JudgedJournals = {
  perMinute: number;
  /** Milliseconds of processor time that each part took for a journal, where the operating system tells. */
  processorMs: ProcessorTimes | null;
};

/**
 * How long `count` journals of one minute take from the first completion to the last verdict, in the whole system on Redis,
 * all that follows from a verdict and the start of further workers included. The object store and whoever completes the
 * journals share the machine with what is measured: what they take of it is told, not subtracted.
 */
export async function judgedJournals(count: number, onStep: (step: string) => void): Promise<JudgedJournals> {
  const redis = await startRedis();
  const env = { SECRET_KEY, PUBLIC_URL: ISSUER, LOG_LEVEL: 'warn', RATE_LIMITS: UNLIMITED };
  onStep('starting the system with Redis');
  const system = await startSystem({ env: { ...env, QUEUE_BACKEND: 'redis', REDIS_URL: redis.url } });
  const { postgres, urls, s3 } = system.parts;
  if (!postgres || !s3) throw new Error('This bench needs the embedded PostgreSQL and S3.');
  const databaseUrl = postgres.superuserUrlOf(new URL(urls.api).pathname.slice(1));
  const outside = new Client({ connectionString: databaseUrl });
  await outside.connect();
  const client = keptAliveClient(system.apiUrl, LANES);
  try {
    onStep(`${count} journals are created and their objects put into the store`);
    const people = await signedInPeople(Math.ceil(count / 5), { databaseUrl, secretKey: SECRET_KEY, issuer: ISSUER });
    const seed = randomUUID().replaceAll('-', '');
    const checksum = digestOf(seed);
    const journals = await eachOf(
      Array.from({ length: count }, (_, at) => at),
      async (at) => {
        const { accessToken = '' } = people[at % people.length] ?? {};
        return { accessToken, id: await created(client, accessToken, checksum) };
      },
    );
    const keys = await outside.query<{ object_key: string }>('select object_key from audio_metadata');
    for (const { object_key: key } of keys.rows) await s3.generate(key, OBJECT_BYTES, seed);

    onStep(`${count} journals are completed and judged`);
    const before = await processorTimes();
    const elapsed = stopwatch();
    await eachOf(journals, ({ accessToken, id }) => send(client, `/v1/journals/${id}/complete`, accessToken, {}));
    const judged = async () =>
      Number(
        (await outside.query(`select count(*) from audio_metadata where status not in ('pending', 'validating')`))
          .rows[0]?.count,
      ) === count;
    await until('every verdict', judged, PATIENCE_MS);
    const minutes = elapsed() / 60_000;
    const after = await processorTimes();
    const [{ valid } = { valid: 0 }] = (
      await outside.query(`select count(*) as valid from audio_metadata where status = 'valid'`)
    ).rows;
    if (Number(valid) !== count) throw new Error(`Only ${valid} of ${count} good recordings were found valid.`);
    return { perMinute: count / minutes, processorMs: before && after && perItem(before, after, count) };
  } finally {
    await client.close();
    await outside.end();
    await system.stop();
    await redis.stop();
  }
}

const Created = z.object({ journal: z.object({ id: z.string() }) });

async function created(client: ApiClient, accessToken: string, checksum: string): Promise<string> {
  const iv = randomBytes(12).toString('base64');
  const envelope = { version: 1, algorithm: 'AES-256-GCM', iv, keyId: randomUUID() };
  const audio = {
    format: 'mp3',
    sampleRate: 44_100,
    bitRate: 64_000,
    channels: 1,
    fileSize: OBJECT_BYTES - 16,
    checksum,
  };
  const body = { recordedAt: '2026-11-01T08:00:00Z', timeZone: 'Europe/Berlin', durationSeconds: SECONDS };
  const answer = await send(client, '/v1/journals', accessToken, { ...body, audio: { ...audio, envelope } });
  return Created.parse(answer).journal.id;
}

async function send(client: ApiClient, path: string, accessToken: string, body: unknown): Promise<unknown> {
  const reply = await client.send('POST', path, { body, headers: { Authorization: `Bearer ${accessToken}` } });
  if (reply.status >= 300) throw new Error(`POST ${path} was answered ${reply.status}: ${reply.text}`);
  return reply.body;
}

async function eachOf<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const left = items.entries();
  const results: Result[] = [];
  const lane = async () => {
    for (const [at, item] of left) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

function digestOf(seed: string): string {
  const hash = createHash('sha256');
  for (const piece of generatedBytes(seed, 0, OBJECT_BYTES)) hash.update(piece);
  return hash.digest('base64');
}

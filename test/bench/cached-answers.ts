import { Client } from 'pg';
import { trendsRecompute } from '../../jobs/trends-recompute/contract.ts';
import { trendsRecomputeHandler } from '../../jobs/trends-recompute/handler.ts';
import { migrateUp } from '../../shared/migrate.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import type { UserId } from '../../shared/platform/ids.ts';
import { percentile } from '../faults/support/percentile.ts';
import { openTestDatabase } from '../support/database.ts';
import { startChild } from '../support/embedded/child-process.ts';
import { startPostgres } from '../support/embedded/postgres.ts';
import { usualPatternPolicy } from '../support/pattern-policy.ts';
import { runHandler } from '../support/run-handler.ts';
import { AMIRA_SETTINGS, ISSUER, SECRET_KEY } from './auth/amira-settings.ts';
import { type Call, inTurn } from './auth/load.ts';
import type { Measured } from './bench.ts';
import { signedInPeople } from './latency/people.ts';

const DATABASE = 'cached';
const CHECKINS = 1_500;
const JOURNALS = 2_000;
const PROMISED_MS = 10;
const ROUNDS = 10;

/** How long an answer that is kept takes through HTTP, for somebody with many check-ins and journals. */
export async function cachedAnswers(calls: number): Promise<Pick<Measured, 'subjects' | 'bars'>> {
  const postgres = await startPostgres({ durable: true });
  try {
    await postgres.createDatabase(DATABASE);
    const urls = postgres.urls(DATABASE);
    await migrateUp({ url: urls.owner, tls: false });
    const databaseUrl = postgres.superuserUrlOf(DATABASE);
    const [person] = await signedInPeople(1, { databaseUrl, secretKey: SECRET_KEY, issuer: ISSUER });
    await compute(urls.worker, await furnish(databaseUrl));
    const env = { ...AMIRA_SETTINGS, DATABASE_URL: urls.api };
    const server = await startChild({ entry: 'test/bench/auth/amira-server.ts', env, output: 'inherit' });
    try {
      return await measured(server.ports.opsPort, person?.accessToken ?? '', calls);
    } finally {
      await server.end();
    }
  } finally {
    await postgres.stop();
  }
}

/** All take turns, round by round, so that a busy moment of the machine meets each alike; the first round is not counted. */
async function measured(port: number, token: string, calls: number): Promise<Pick<Measured, 'subjects' | 'bars'>> {
  const headers = { Authorization: `Bearer ${token}` };
  const analysis = (topic: string): Call => ({
    port,
    path: `/v1/emotions/${topic}`,
    headers,
    body: '{"window":"all"}',
  });
  const facts = `${CHECKINS} check-ins and ${JOURNALS} journals`;
  const subjects: Record<string, Call> = {
    [`trends served from the cache, ${facts}`]: analysis('trends'),
    [`patterns served from the cache, ${facts}`]: analysis('patterns'),
    'one row, authenticated': { port, path: '/v1/own-row', headers },
  };
  const times = new Map<string, number[]>();
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [name, call] of Object.entries(subjects)) {
      // Any other status than 200 ends the bench.
      const some = await inTurn(Math.ceil(calls / ROUNDS), () => call);
      if (round > 0) times.set(name, [...(times.get(name) ?? []), ...some]);
    }
  const result: Pick<Measured, 'subjects' | 'bars'> = { subjects: {}, bars: [] };
  for (const [name, all] of times) {
    const p99Ms = percentile(all, 0.99);
    result.subjects[name] = { p50Ms: percentile(all, 0.5), p99Ms };
    if (name.includes('cache')) result.bars.push({ what: `${name}, p99, ms`, value: p99Ms, atMost: PROMISED_MS });
  }
  return result;
}

async function compute(workerUrl: string, userId: UserId): Promise<void> {
  const worker = await openTestDatabase(workerUrl);
  try {
    const handler = trendsRecomputeHandler(usualPatternPolicy);
    await runHandler(worker, trendsRecompute, handler, { userId, asked: true }, { clock: systemClock });
  } finally {
    await worker.close();
  }
}

/** Four check-ins a day up to now, and journals whose recordings were found whole. Gives back whose they are. */
async function furnish(databaseUrl: string): Promise<UserId> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(MONTHS);
    await client.query(ACTIVITIES, [CHECKINS]);
    await client.query(FELT);
    await client.query(WRITTEN, [JOURNALS]);
    await client.query('analyze');
    const { rows } = await client.query<{ id: UserId }>('select id from account');
    const [account] = rows;
    if (!account) throw new Error('somebody has an account');
    return account.id;
  } finally {
    await client.end();
  }
}

const MONTHS = `
  select checkin_ensure_months(array(select generate_series(now() - interval '2 years', now(), interval '1 month')::date))`;

const ACTIVITIES = `
  insert into activity (user_id, kind, source_id, occurred_at, time_zone, local_date, received_at, counts)
  select account.id, 'checkin', uuidv7(), at, 'Europe/Berlin', (at at time zone 'Europe/Berlin')::date, at, true
  from account cross join generate_series(1, $1::int) as nth
  cross join lateral (select now() - nth * interval '6 hours' as at) as felt`;

const FELT = `
  insert into checkin (id, user_id, emotion_type_id, intensity, occurred_at, time_zone, local_date, received_at)
  select source_id, user_id, 1 + abs(hashtext(source_id::text)) % 13, 1 + abs(hashtext(source_id::text)) % 10,
         occurred_at, time_zone, local_date, received_at
  from activity`;

const WRITTEN = `
  with written as (
    insert into journal (id, user_id, recorded_at, time_zone, local_date, duration_seconds, created_at, updated_at)
    select uuidv7(), account.id, at, 'Europe/Berlin', at::date, 60, at, at
    from account cross join generate_series(1, $1::int) as nth
    cross join lateral (select now() - nth * interval '5 hours' as at) as spoken
    returning *
  )
  insert into audio_metadata (journal_id, user_id, object_key, format, sample_rate, bit_rate, channels, file_size, checksum,
                              envelope_version, algorithm, iv, key_id, status, created_at)
  select id, user_id, id, 'opus', 48000, 32000, 1, 240000, 'none', 1, 'AES-256-GCM', 'none', 'key', 'valid', created_at
  from written`;

import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { migrateUp } from '../../../shared/migrate.ts';
import { percentile } from '../../faults/support/percentile.ts';
import { startChild } from '../../support/embedded/child-process.ts';
import { startPostgres } from '../../support/embedded/postgres.ts';
import { addKnownPeople } from '../../support/timing/known-people.ts';
import { knownAddress, RIGHT_PASSWORD } from '../../support/timing/questions.ts';
import type { Bench, Measured } from '../bench.ts';
import { signedInPeople } from '../latency/people.ts';
import { AMIRA_SETTINGS, ISSUER, SECRET_KEY } from './amira-settings.ts';
import { type Call, inTurn, perSecond } from './load.ts';

const DATABASE = 'auth';
const PEOPLE = 100;
/** Milliseconds of the median that authenticating may add to a read. */
const PROMISED_MS = 1;

type Sizes = { rounds: number; reads: number; loginMs: number };

/**
 * What authenticating (signature, session and token version, row-level security, limits) adds to the read of one row,
 * and how many sign-ins a second there are beside bare Argon2. Servers and load are processes of their own; all take
 * turns, round by round, so that a busy moment of the machine meets each alike.
 */
export const authBench: Bench = async ({ quick, onStep }) => {
  const sizes = quick ? { rounds: 2, reads: 50, loginMs: 500 } : { rounds: 15, reads: 400, loginMs: 3_000 };
  const postgres = await startPostgres({ durable: true });
  await postgres.createDatabase(DATABASE);
  const urls = postgres.urls(DATABASE);
  await migrateUp({ url: urls.owner, tls: false });
  const databaseUrl = postgres.superuserUrlOf(DATABASE);
  const people = await signedInPeople(PEOPLE, { databaseUrl, secretKey: SECRET_KEY, issuer: ISSUER });
  await addKnownPeople(databaseUrl, PEOPLE);
  const env = { ...AMIRA_SETTINGS, DATABASE_URL: urls.api };
  const start = (entry: string) => startChild({ entry: `test/bench/auth/${entry}.ts`, env, output: 'inherit' });
  const [bare, amira] = await Promise.all([start('bare-server'), start('amira-server')]);
  const [barePort, port] = [bare.ports.opsPort, amira.ports.opsPort];
  try {
    const token = (n: number) => people[n % PEOPLE]?.accessToken ?? '';
    const reads = await measureReads(sizes, onStep, {
      'bare Koa': () => ({ port: barePort, path: '/row' }),
      'Amira, for anyone': () => ({ port, path: '/v1/row' }),
      'Amira, authenticated': (n) => ({ port, path: '/v1/own-row', headers: { Authorization: `Bearer ${token(n)}` } }),
    });
    const logins = await measureLogins(sizes, onStep, barePort, (n) => ({
      port,
      path: '/v1/auth/login',
      body: login(n),
    }));
    return summary(reads, logins);
  } finally {
    await Promise.all([bare.end(), amira.end()]);
    await postgres.stop();
  }
};

type Rounds = Map<string, number[][]>;

async function measureReads(
  { rounds, reads }: Sizes,
  onStep: (step: string) => void,
  subjects: Record<string, (n: number) => Call>,
): Promise<Rounds> {
  const times: Rounds = new Map();
  // The first round warms up code and connections, and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, call] of Object.entries(subjects)) {
      const measured = await inTurn(reads, call);
      if (round > 0) times.set(name, [...(times.get(name) ?? []), measured]);
    }
    onStep(`reads, round ${round} of ${rounds}`);
  }
  return times;
}

type Logins = { login: number; hash: number }[];

async function measureLogins(
  { rounds, loginMs }: Sizes,
  onStep: (step: string) => void,
  barePort: number,
  call: (n: number) => Call,
): Promise<Logins> {
  const measured: Logins = [];
  const few = Math.ceil(rounds / 3);
  for (let round = 0; round <= few; round += 1) {
    // Twice as many as cores: one is being hashed for each core, and one is on its way.
    const login = await perSecond(loginMs, 2 * availableParallelism(), call);
    const answer = await fetch(`http://127.0.0.1:${barePort}/hashes?ms=${loginMs}`);
    const hash = z.object({ perSecond: z.number() }).parse(await answer.json()).perSecond;
    if (round > 0) measured.push({ login, hash });
    onStep(`sign-ins, round ${round} of ${few}: ${login.toFixed(1)}/s beside ${hash.toFixed(1)} hashes/s`);
  }
  return measured;
}

function summary(reads: Rounds, logins: Logins): Measured {
  const p50s = (name: string) => (reads.get(name) ?? []).map((times) => percentile(times, 0.5));
  // Round by round, because those were measured moments apart.
  const added = (to: string) =>
    percentile(
      p50s('Amira, authenticated').map((p50, round) => p50 - (p50s(to)[round] ?? Number.NaN)),
      0.5,
    );
  const of = (what: 'login' | 'hash') =>
    percentile(
      logins.map((round) => round[what]),
      0.5,
    );
  const latencies = [...reads].map(([name, rounds]) => {
    const all = rounds.flat();
    return [name, { p50Ms: percentile(all, 0.5), p95Ms: percentile(all, 0.95), p99Ms: percentile(all, 0.99) }] as const;
  });
  const addedMs = { toOurOwn: added('Amira, for anyone'), toBareKoa: added('bare Koa') };
  return {
    subjects: {
      ...Object.fromEntries(latencies),
      'added to p50': { p50Ms: addedMs.toOurOwn },
      'added to p50 of bare Koa': { p50Ms: addedMs.toBareKoa },
      'sign-ins': { perSecond: of('login') },
      'bare Argon2': { perSecond: of('hash') },
    },
    ratios: {
      'sign-ins vs bare Argon2': percentile(
        logins.map(({ login, hash }) => login / hash),
        0.5,
      ),
    },
    bars: [{ what: 'ms that authenticating adds to the p50 of a read', value: addedMs.toOurOwn, atMost: PROMISED_MS }],
  };
}

const login = (n: number) =>
  JSON.stringify({ email: knownAddress(n % PEOPLE), password: RIGHT_PASSWORD, device: DEVICE });
const DEVICE = { deviceId: 'phone', name: 'Phone', platform: 'android' };

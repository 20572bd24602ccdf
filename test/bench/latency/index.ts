import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { UNLIMITED } from '../../support/api/unlimited.ts';
import { startRedis } from '../../support/embedded/redis.ts';
import { type System, startSystem } from '../../support/embedded/system.ts';
import { until } from '../../support/until.ts';
import type { Bar, Bench } from '../bench.ts';
import { type Accepted, checkIn, moment } from './checkins.ts';
import { signedInPeople } from './people.ts';

const PER_SECOND = 50;
/** Milliseconds from an accepted check-in to the push that FCM accepted. */
const PROMISED = { embedded: { p50: 100, p99: 500 }, redis: { p50: 50, p99: 250 } };
const PATIENCE_MS = 60_000;
const ISSUER = 'http://127.0.0.1:8000';
const SECRET_KEY = 'a secret of the benches, long enough to be one';
const SETTINGS = { SECRET_KEY, PUBLIC_URL: ISSUER, LOG_LEVEL: 'warn', RATE_LIMITS: UNLIMITED };

type Backend = keyof typeof PROMISED;
type Metrics = { pushP50Ms: number; pushP99Ms: number; pushMaxMs: number; checkinP50Ms: number; checkinP99Ms: number };

/**
 * From the check-in's 201 to the achievement's push at the FCM stand-in, both seen from outside on one clock, through the
 * whole system as it runs on one machine: first on the embedded default, then with queues on Redis.
 */
export const latencyBench: Bench = async ({ quick, onStep }) => {
  const seconds = quick ? 10 : 60;
  const measure = async (backend: Backend, env: Record<string, string>): Promise<Metrics> => {
    onStep(`${backend}: starting the system`);
    const system = await startSystem({ env: { ...SETTINGS, ...env } });
    try {
      onStep(`${backend}: ${PER_SECOND} first check-ins a second for ${seconds} s`);
      return await measureOn(system, seconds * PER_SECOND);
    } finally {
      await system.stop();
    }
  };

  const redis = await startRedis();
  try {
    const subjects = {
      embedded: await measure('embedded', { QUEUE_BACKEND: 'postgres' }),
      redis: await measure('redis', { QUEUE_BACKEND: 'redis', REDIS_URL: redis.url }),
    };
    return {
      subjects,
      ratios: {
        'p50 embedded vs redis': subjects.embedded.pushP50Ms / subjects.redis.pushP50Ms,
        'p99 embedded vs redis': subjects.embedded.pushP99Ms / subjects.redis.pushP99Ms,
      },
      bars: (Object.keys(PROMISED) as Backend[]).flatMap((backend): Bar[] => [
        { what: `${backend}, p50 in ms`, value: subjects[backend].pushP50Ms, atMost: PROMISED[backend].p50 },
        { what: `${backend}, p99 in ms`, value: subjects[backend].pushP99Ms, atMost: PROMISED[backend].p99 },
      ]),
    };
  } finally {
    await redis.stop();
  }
};

async function measureOn({ apiUrl, parts }: System, count: number): Promise<Metrics> {
  if (!parts.postgres || !parts.fcm) throw new Error('This bench needs the embedded PostgreSQL and FCM.');
  const { fcm } = parts;
  const databaseUrl = parts.postgres.superuserUrlOf(new URL(parts.urls.api).pathname.slice(1));
  const warmUp = PER_SECOND * 4;
  const people = await signedInPeople(count + warmUp, { databaseUrl, secretKey: SECRET_KEY, issuer: ISSUER });
  const emotionTypeId = await anyEmotionType(apiUrl, people[0]?.accessToken ?? '');
  const settings = { emotionTypeId, perSecond: PER_SECOND };
  const pushed = () => fcm.pushes().length;

  // The first requests and sends pay for code that is loaded and connections that are opened once.
  await checkIn(apiUrl, people.slice(0, warmUp), settings);
  await until('the pushes of the warm-up', () => pushed() >= warmUp, PATIENCE_MS);
  await pause(3_000);

  const accepted = await checkIn(apiUrl, people.slice(warmUp), settings);
  await until('every push', () => pushed() >= people.length, PATIENCE_MS);
  const pushedAt = new Map(fcm.pushes().map(({ token, at }) => [token, moment(Temporal.Instant.from(at))]));
  if (pushed() !== people.length || pushedAt.size !== people.length)
    throw new Error(`${people.length} people got ${pushed()} pushes on ${pushedAt.size} phones.`);
  return metricsOf(accepted, pushedAt);
}

function metricsOf(accepted: readonly Accepted[], pushedAt: ReadonlyMap<string, number>): Metrics {
  const toPush = accepted.map(({ pushToken, acceptedAt }) => (pushedAt.get(pushToken) ?? Number.NaN) - acceptedAt);
  const toAccepted = accepted.map(({ sentAt, acceptedAt }) => acceptedAt - sentAt);
  return {
    pushP50Ms: percentile(toPush, 0.5),
    pushP99Ms: percentile(toPush, 0.99),
    pushMaxMs: percentile(toPush, 1),
    checkinP50Ms: percentile(toAccepted, 0.5),
    checkinP99Ms: percentile(toAccepted, 0.99),
  };
}

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? Number.NaN;

async function anyEmotionType(apiUrl: string, accessToken: string): Promise<number> {
  const response = await fetch(`${apiUrl}/v1/emotion-types`, { headers: { Authorization: `Bearer ${accessToken}` } });
  const { items } = z.object({ items: z.array(z.object({ id: z.int() })).min(1) }).parse(await response.json());
  return items[0]?.id ?? 0;
}

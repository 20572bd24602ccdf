import { setTimeout as pause } from 'node:timers/promises';
import type { FloodAnswers } from '../support/login-flood-plan.ts';
import { percentile } from '../support/percentile.ts';
import { type SignInSystem, startSignInSystem } from '../support/sign-in-system.ts';
import { faultRow } from './row.ts';

/** In small, what the machine of a test run has left for it beside everything else. */
const PER_SECOND = { small: 250, full: 1_000 };
const ACCOUNTS = 200;
const HEALTH_EVERY_MS = 25;
const BEFORE_MS = 500;
/** Under this stays the p99 on a machine of its own; beside a whole test run, which delays the slowest of anything, the median. */
const HEALTH_MS = 100;
const SHARE = { small: 0.5, full: 0.99 };
const ALLOWED = new Set(['200', '401', '429', '503']);

/** A thousand wrong sign-ins a second, half of them to addresses that have an account. */
export const loginFlood = faultRow('login-flood', 'login flood of 1,000/s', async ({ size, holds, measure }) => {
  const perSecond = PER_SECOND[size];
  const seconds = size === 'small' ? 3 : 12;
  const system = await startSignInSystem(ACCOUNTS);
  const unknown = Array.from({ length: ACCOUNTS }, (_, n) => `unknown-${n}@example.org`);
  const emails = system.emails.flatMap((known, n) => [known, unknown[n] ?? '']);
  try {
    const owner = { email: system.emails[0] ?? '', device: 'the-phone-of-the-owner' };
    const first = await system.signIn(owner.email, owner.device, '198.51.100.1');
    holds('the owner signs in before', first.status === 200);

    for (const [label, addresses] of [
      ['many addresses', 100_000],
      ['one address', 1],
    ] as const) {
      const { answers, live, health, memory } = await besieged(system, { perSecond, seconds, emails, addresses });
      holds(
        `${label}: nothing but 200, 401, 429 and 503`,
        Object.keys(answers.statuses).every((status) => ALLOWED.has(status)),
      );
      holds(`${label}: most are refused at once`, refused(answers) > answers.sent / 2);
      holds(`${label}: /health/live answers within 100 ms`, percentile(live, SHARE[size]) < HEALTH_MS);
      holds(`${label}: /v1/health answers within 100 ms`, percentile(health, SHARE[size]) < HEALTH_MS);
      holds(`${label}: memory stays flat`, memory.after - memory.before < 80 && memory.after < 300);
      measure(`${label}: answers`, JSON.stringify(answers.statuses));
      measure(`${label}: p99 ms of /health/live`, percentile(live, 0.99));
      measure(`${label}: p99 ms of /v1/health`, percentile(health, 0.99));
      measure(`${label}: MB`, `${Math.round(memory.before)} → ${Math.round(memory.after)}`);
    }

    const again = await system.signIn(owner.email, owner.device, '198.51.100.2');
    holds('the owner of an attacked account signs in on their own device within a second', again.status === 200);
    holds('which takes less than a second', again.ms < 1_000);
    measure('sign-in afterwards ms', again.ms);
  } finally {
    await system.close();
  }
});

const refused = ({ statuses }: FloodAnswers): number => (statuses['429'] ?? 0) + (statuses['503'] ?? 0);

type Siege = { perSecond: number; seconds: number; emails: string[]; addresses: number };

/** What the flood was answered, and how long everybody's probes took meanwhile. */
async function besieged(system: SignInSystem, { perSecond, seconds, emails, addresses }: Siege) {
  const probes = [`http://127.0.0.1:${system.opsPort}/health/live`, `http://127.0.0.1:${system.port}/v1/health`];
  const over = new AbortController();
  const before = system.memory();
  const times = Promise.all(probes.map((url) => timesOf(url, over.signal)));
  // Monitors keep their connections. Node takes one new connection a turn, so one opened meanwhile waits behind the flood's.
  await pause(BEFORE_MS);
  const answers = await system.flood({ perSecond, seconds, emails, addresses }).finally(() => over.abort());
  const [live = [], health = []] = await times;
  return { answers, live, health, memory: { before, after: system.memory() } };
}

/** Asks at an even pace until told to stop; gives back how long each answer took, in milliseconds. */
async function timesOf(url: string, over: AbortSignal): Promise<number[]> {
  const times: Promise<number>[] = [];
  while (!over.aborted) {
    times.push(timeOf(url));
    await pause(HEALTH_EVERY_MS);
  }
  return Promise.all(times);
}

async function timeOf(url: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(url);
  await response.text();
  return response.status === 200 ? performance.now() - start : Number.POSITIVE_INFINITY;
}

import { compose } from '../../shared/compose.ts';
import { loadConfig } from '../../shared/platform/config/index.ts';
import { type Random, seededRandom } from '../../shared/platform/random.ts';
import type { Reply } from '../support/api/client.ts';
import { newPerson } from '../support/api/person.ts';
import { UNLIMITED } from '../support/api/unlimited.ts';
import { startChild } from '../support/embedded/child-process.ts';
import type { DatabaseUrls } from '../support/embedded/postgres.ts';
import { accountHabits } from './account-habits.ts';
import type { Attempt, Habit, Scene } from './attempt.ts';
import { checkinHabits } from './checkin-habits.ts';
import { furnish } from './furnish.ts';
import { type Inhabitant, newInhabitant, oneOf } from './inhabitant.ts';
import { journalHabits } from './journal-habits.ts';
import { keptAliveClient } from './kept-alive-client.ts';
import type { IsolationOptions } from './options.ts';
import { whatIsLost } from './possessions.ts';
import { recordingHabits } from './recording-habits.ts';
import { type Send, sender } from './sender.ts';
import { createWitness, type Witness } from './witness.ts';

export type IsolationReport = {
  seconds: number;
  /** Answers by what they were about and their status: `foreign 404`. */
  answers: ReadonlyMap<string, number>;
  /** What somebody saw of another's. */
  foreign: string[];
  /** What was answered otherwise than an object that does not exist. */
  reached: string[];
  /** What somebody wrote and no longer has, or has and did not write. */
  lost: string[];
  /** Requests that failed on our side or got no answer. */
  broken: string[];
};

export type IsolationParts = { urls: DatabaseUrls; output: number | 'inherit'; onAnswer?: (done: number) => void };

/** One API process, many people, and everything they are answered looked through. */
export async function runIsolation(options: IsolationOptions, parts: IsolationParts): Promise<IsolationReport> {
  const env = settings(parts.urls.api, options.pool);
  const api = await startChild({ entry: 'api/main.ts', env, output: parts.output });
  const closing = [() => api.end()];
  try {
    const deps = await compose(loadConfig('api', {}, env));
    closing.push(() => deps.close());
    const client = keptAliveClient(`http://127.0.0.1:${api.ports.port}`, options.inFlight);
    closing.push(() => client.close());
    const people = await Promise.all(Array.from({ length: options.users }, () => newPerson(deps, client)));
    const inhabitants = people.map(newInhabitant);
    const send = sender(deps, client);
    const worker = await compose(
      loadConfig('worker', {}, { ...env, DATABASE_URL: parts.urls.worker, WORKER_POOLS: 'audio' }),
    );
    closing.push(() => worker.close());
    const chance = { random: seededRandom(options.seed), now: aWhileAgo() };
    for (const one of inhabitants) await furnish(one, chance, { api: deps, worker, send: patiently(send) });
    const report = await live(inhabitants, options, { send, ...parts });
    return { ...report, lost: await whatIsLost(inhabitants, patiently(send)) };
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

async function live(
  inhabitants: readonly Inhabitant[],
  { requests, inFlight, seed }: IsolationOptions,
  { send, onAnswer }: { send: Send; onAnswer?: (done: number) => void },
): Promise<Omit<IsolationReport, 'lost'>> {
  const random = seededRandom(seed);
  const witness = createWitness(inhabitants);
  const now = aWhileAgo();
  const answers = new Map<string, number>();
  const report = { foreign: [] as string[], reached: [] as string[], broken: [] as string[] };
  const start = performance.now();
  let begun = 0;
  let done = 0;

  const one = async () => {
    const scene = newScene(inhabitants, random, now);
    const attempt = chosenHabit(random).attempt(scene);
    const what = `${attempt.method} ${attempt.path}`;
    try {
      let reply: Reply;
      do {
        reply = await send(scene.me, attempt);
        const key = `${attempt.about} ${reply.status}`;
        answers.set(key, (answers.get(key) ?? 0) + 1);
      } while (reply.status === TOO_BUSY);
      judge(scene.me, attempt, reply, witness, report);
    } catch (error) {
      report.broken.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
    done += 1;
    onAnswer?.(done);
  };
  const lane = async () => {
    for (; begun < requests; await one()) begun += 1;
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { seconds: (performance.now() - start) / 1_000, answers, ...report };
}

const aWhileAgo = () => Temporal.Now.instant().subtract({ minutes: 5 });

/** A server may say that it is too busy: nothing has happened then, and phones ask again. */
const TOO_BUSY = 503;

const patiently =
  (send: Send): Send =>
  async (...request) => {
    for (;;) {
      const reply = await send(...request);
      if (reply.status !== TOO_BUSY) return reply;
    }
  };

function judge(
  me: Inhabitant,
  attempt: Attempt,
  reply: Reply,
  witness: Witness,
  report: Pick<IsolationReport, 'foreign' | 'reached' | 'broken'>,
): void {
  const what = `${attempt.method} ${attempt.path} → ${reply.status}`;
  // Theirs before anybody else can come across it in an answer.
  witness.owns(me, ...(attempt.learn?.(reply) ?? []));
  const text = `${reply.text} ${reply.headers.get('Location') ?? ''}`;
  const sent = `${attempt.path} ${JSON.stringify(attempt.body)}`;
  for (const found of witness.foreignIn(me, { status: reply.status, text }, sent))
    report.foreign.push(`${what}: ${found}`);
  if (attempt.about !== 'own' && reply.status !== 404) report.reached.push(what);
  // No limit stands here: what one refused would have shown nothing.
  if (reply.status === 401 || reply.status === 429 || reply.status >= 500)
    report.broken.push(`${what} ${reply.text.slice(0, 200)}`);
}

function newScene(inhabitants: readonly Inhabitant[], random: Random, now: Temporal.Instant): Scene {
  const me = oneOf(inhabitants, random);
  let other = oneOf(inhabitants, random);
  while (other === me) other = oneOf(inhabitants, random);
  return { me, other, random, now };
}

/** Each as often as its weight says. */
export const habits: readonly Habit[] = [
  ...checkinHabits,
  ...journalHabits,
  ...recordingHabits,
  ...accountHabits,
].flatMap((habit) => Array.from({ length: habit.weight }, () => habit));
const chosenHabit = (random: Random): Habit => oneOf(habits, random);

const settings = (databaseUrl: string, pool: number): Record<string, string> => ({
  APP_ENV: 'test',
  LOG_LEVEL: 'critical',
  SECRET_KEY: 'a secret of the isolation run, of thirty-two characters',
  DATABASE_URL: databaseUrl,
  DATABASE_POOL: String(pool),
  QUEUE_BACKEND: 'postgres',
  RATE_LIMITS: UNLIMITED,
  PORT: '0',
  OPS_PORT: '0',
  // Addresses of uploads are only signed, never used.
  S3_BUCKET_NAME: 'isolation',
  S3_ENDPOINT: 'http://127.0.0.1:9',
  AWS_ACCESS_KEY_ID: 'nobody',
  AWS_SECRET_ACCESS_KEY: 'nothing',
});

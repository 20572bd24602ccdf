import { hasConsent } from '../accounts/index.ts';
import { announcedInsights } from '../insights/index.ts';
import { type FollowedJob, followedJobs, hasEnded } from '../ledger/job-status.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import { InsightId, JobId, type UserId } from '../platform/ids.ts';
import type { Logger } from '../platform/telemetry/logger.ts';
import { awardsSince } from '../progress/index.ts';
import type { Listeners, Listening } from './listeners.ts';

/** An award as it is told: the achievement's id and tier. */
export type Award = { id: number; tier: number };
export type News = { job?: string; award?: Award; insight?: string };

/** How many people are looked up at the same time: the streams may not take all connections from the requests. */
const LANES = 4;

type Asked = { jobs: Set<JobId>; awards: Award[]; insights: Set<InsightId> };

/**
 * Brings what is announced to the streams of whom it is about. An announcement has ids alone: what is sent is read under that
 * person's row-level security, once for all that was announced meanwhile, and only what their stream does not know yet.
 */
export function createDeliveries(parts: { database: Database; clock: Clock; logger: Logger; listeners: Listeners }) {
  const { listeners, logger, clock } = parts;
  const waiting = new Map<UserId, Asked>();
  const working = new Set<UserId>();
  const whenIdle: (() => void)[] = [];

  const work = async (userId: UserId, asked: Asked) => {
    try {
      await deliver(parts, userId, asked);
    } catch (err) {
      // The next announcement makes up for it: whoever listens is behind from here on.
      for (const listening of listeners.of(userId)) {
        listening.missedSince ??= clock.now().subtract({ seconds: 10 });
        for (const id of asked.jobs) if (!listening.told.has(id)) listening.told.set(id, { text: '', final: false });
      }
      logger.throttled('events-deliver', 'warn', 'Events could not be looked up', { err });
    }
    working.delete(userId);
    next();
  };
  const next = () => {
    for (const [userId, asked] of waiting) {
      if (working.size >= LANES) return;
      if (working.has(userId)) continue;
      waiting.delete(userId);
      working.add(userId);
      void work(userId, asked);
    }
    if (working.size === 0) for (const done of whenIdle.splice(0)) done();
  };
  return {
    /** Looks up what is new for this person; `news` says what has been announced. */
    ask(userId: UserId, { job, award, insight }: News = {}): void {
      const asked = waiting.get(userId) ?? { jobs: new Set(), awards: [], insights: new Set() };
      const id = JobId.safeParse(job).data;
      if (id) asked.jobs.add(id);
      const insightId = InsightId.safeParse(insight).data;
      if (insightId) asked.insights.add(insightId);
      if (award) asked.awards.push(award);
      waiting.set(userId, asked);
      if (listeners.of(userId).length === 0) waiting.delete(userId);
      next();
    },
    idle: () => (working.size === 0 ? Promise.resolve() : new Promise<void>((done) => void whenIdle.push(done))),
  };
}

async function deliver(
  { database, clock, listeners }: { database: Database; clock: Clock; listeners: Listeners },
  userId: UserId,
  { jobs, awards, insights }: Asked,
): Promise<void> {
  const streams = listeners.of(userId);
  if (streams.length === 0) return;
  const ids = new Set([...jobs, ...streams.flatMap(underWay)]);
  const behind = streams.flatMap((listening) => (listening.missedSince ? [listening] : []));
  const since = behind.flatMap(({ missedSince }) => missedSince ?? []).toSorted(Temporal.Instant.compare)[0];
  const id = clock.now().epochMilliseconds;
  const { followed, missed, announced } = await database.transaction({ userId }, async (tx) => ({
    followed: await followedJobs(tx, userId, [...ids]),
    missed: since ? await awardsSince(tx, userId, since) : [],
    announced: since || insights.size > 0 ? await insightsToTell(tx, userId, { ids: [...insights], since }) : [],
  }));
  for (const listening of streams) {
    for (const job of followed) tellOf(listening, job, id);
    const isBehind = behind.includes(listening);
    const news = isBehind ? missed : [];
    listening.missedSince = undefined;
    for (const { id: award, tier } of distinct([...news, ...awards]))
      tell(listening, 'achievement', { id: award, tier }, id);
    for (const insight of announced)
      if (insights.has(insight.id) || (isBehind && insight.isMissed))
        tell(listening, 'insight', { id: insight.id }, id);
  }
}

/** None to whoever has switched insights off since. */
const insightsToTell = async (tx: Transaction, userId: UserId, asked: Parameters<typeof announcedInsights>[2]) =>
  (await hasConsent(tx, 'insights')) ? announcedInsights(tx, userId, asked) : [];

/** What it knows already is not told again. */
function tellOf(listening: Listening, { id, kind, state, progress }: FollowedJob, eventId: number): void {
  const data = { id, kind, state, ...(progress ? { progress } : {}) };
  const text = JSON.stringify(data);
  if (listening.told.get(id)?.text !== text) tell(listening, 'job', data, eventId);
  listening.told.set(id, { text, final: hasEnded(state) });
}

const underWay = ({ told }: Listening): JobId[] => [...told].flatMap(([id, { final }]) => (final ? [] : [id]));

function tell(listening: Listening, name: 'job' | 'achievement' | 'insight', data: unknown, id: number): void {
  listening.silentTicks = 0;
  listening.stream.send({ name, id, data });
}

const distinct = (awards: readonly Award[]): Award[] => [
  ...new Map(awards.map((award) => [`${award.id}.${award.tier}`, award])).values(),
];

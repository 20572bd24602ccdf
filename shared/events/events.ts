import type { Readable } from 'node:stream';
import { endedStandings } from '../accounts/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database/database.ts';
import { type Listener, listen } from '../platform/database/listener.ts';
import { newsOf, PEOPLE_CHANNEL, type PersonalNews } from '../platform/people-channel.ts';
import type { Logger } from '../platform/telemetry/logger.ts';
import type { Metrics } from '../platform/telemetry/metrics.ts';
import { startTicker, type Ticker } from '../platform/ticker.ts';
import { type Award, createDeliveries, type News } from './deliveries.ts';
import { createListeners, draining, type Listening, type StreamOwner } from './listeners.ts';

/** What people hear while it happens. One connection to PostgreSQL listens for all streams of the process. */
export type Events = {
  /** A stream of server-sent events; it begins with the owner's jobs under way. @throws 503 where there is no place */
  open(owner: StreamOwner): Readable;
  readonly size: number;
  /** Ends every stream, so that their connections can be closed, and opens no more. */
  close(): Promise<void>;
};

export type EventsParts = {
  database: Database;
  tls: boolean;
  clock: Clock;
  logger: Logger;
  metrics: Pick<Metrics, 'eventStreams'>;
  perUser?: number;
  perProcess?: number;
  tickMs?: number;
};

const TICK_MS = 1_000;
const HEARTBEAT_TICKS = 15;
/** Signing out ends a stream within this and the time of a look. */
const STANDING_TICKS = 3;
/** How far before a gap was noticed something may already have been missed. */
const MARGIN = { seconds: 10 };

export function createEvents({
  database,
  tls,
  clock,
  logger,
  metrics,
  tickMs = TICK_MS,
  ...bounds
}: EventsParts): Events {
  const listeners = createListeners({ ...bounds, closed: () => metrics.eventStreams.set(listeners.size) });
  const deliveries = createDeliveries({ database, clock, logger, listeners });
  let running: { listener: Listener; ticker: Ticker } | undefined;
  let closing = false;
  let deafSince: Temporal.Instant | undefined;
  let ticks = 0;

  /** Connected, for the first time or again: what was announced meanwhile is looked up. */
  const caughtUp = () => {
    const since = (deafSince ?? clock.now()).subtract(MARGIN);
    deafSince = undefined;
    for (const listening of listeners.all()) listening.missedSince = earlier(listening.missedSince, since);
    for (const userId of listeners.users()) deliveries.ask(userId);
  };
  const start = () => ({
    listener: listen(
      {
        url: database.url,
        tls,
        applicationName: 'amira-api events',
        channel: PEOPLE_CHANNEL,
        onError: (err) => {
          deafSince ??= clock.now();
          logger.throttled('events-listen', 'warn', 'Events are not heard of at once', { err });
        },
      },
      (payload) => {
        if (payload === '') return caughtUp();
        for (const news of newsOf(payload))
          if (listeners.of(news.userId).length > 0) deliveries.ask(news.userId, announced(news));
      },
    ),
    ticker: startTicker(tickMs, tick, (err) =>
      logger.throttled('events-tick', 'warn', 'Streams could not be checked', { err }),
    ),
  });
  const tick = async () => {
    ticks += 1;
    const now = clock.now();
    for (const listening of listeners.all()) {
      if (Temporal.Instant.compare(now, listening.endsAt) >= 0)
        listeners.end(listening, 'the access token has expired');
      else beat(listening);
    }
    if (ticks % STANDING_TICKS === 0) await endWhoHasGone();
  };
  const endWhoHasGone = async () => {
    const all = listeners.all();
    if (all.length === 0) return;
    const asked = all.map(({ userId, presented }) => ({ userId, presented }));
    for (const place of await endedStandings(database, asked)) {
      const gone = all[place];
      if (gone) listeners.end(gone, 'the session has ended');
    }
  };
  return {
    get size() {
      return listeners.size;
    },
    open(owner) {
      if (closing) throw draining();
      const readable = listeners.add(owner);
      metrics.eventStreams.set(listeners.size);
      running ??= start();
      deliveries.ask(owner.userId);
      return readable;
    },
    async close() {
      closing = true;
      for (const listening of listeners.all()) listeners.end(listening, 'this server is about to end');
      await Promise.all([running?.listener.close(), running?.ticker.close(), deliveries.idle()]);
    },
  };
}

function beat(listening: Listening): void {
  listening.silentTicks += 1;
  if (listening.silentTicks < HEARTBEAT_TICKS) return;
  listening.silentTicks = 0;
  listening.stream.comment('still here');
}

function announced({ kind, id }: PersonalNews): News {
  switch (kind) {
    case 'job':
      return { job: id };
    case 'achievement':
      return { award: awardOf(id) };
    case 'insight':
      return { insight: id };
  }
}

function awardOf(id: string): Award {
  const [type, tier] = id.split('.');
  return { id: Number(type), tier: Number(tier) };
}

const earlier = (one: Temporal.Instant | undefined, other: Temporal.Instant): Temporal.Instant =>
  one && Temporal.Instant.compare(one, other) < 0 ? one : other;

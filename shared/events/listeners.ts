import type { Readable } from 'node:stream';
import type { Presented } from '../accounts/index.ts';
import { throttled, transient } from '../platform/errors.ts';
import type { JobId, UserId } from '../platform/ids.ts';
import { type EventStream, eventStream } from './event-stream.ts';

/** Whose stream it is, by which token, and until when that holds. */
export type StreamOwner = {
  userId: UserId;
  presented: Presented;
  endsAt: Temporal.Instant;
  /** When the phone last heard something, where it says so. */
  heardAt: Temporal.Instant | undefined;
};

export type Listening = StreamOwner & {
  stream: EventStream;
  /** What it has been told last of each job. */
  told: Map<JobId, { text: string; final: boolean }>;
  /** Since when it may have missed something that no row shows as under way. */
  missedSince: Temporal.Instant | undefined;
  silentTicks: number;
};

export type ListenersOptions = { perUser?: number; perProcess?: number; closed(): void };

/** The streams of one process. */
export type Listeners = ReturnType<typeof createListeners>;

export function createListeners({ perUser = 5, perProcess = 2_000, closed }: ListenersOptions) {
  const byUser = new Map<UserId, Set<Listening>>();
  let size = 0;

  const remove = (listening: Listening) => {
    const streams = byUser.get(listening.userId);
    if (!streams?.delete(listening)) return;
    if (streams.size === 0) byUser.delete(listening.userId);
    size -= 1;
    closed();
  };
  return {
    get size() {
      return size;
    },
    all: (): Listening[] => [...byUser.values()].flatMap((streams) => [...streams]),
    of: (userId: UserId): readonly Listening[] => [...(byUser.get(userId) ?? [])],
    users: (): UserId[] => [...byUser.keys()],
    /**
     * One more stream of its owner. Beyond `perUser` the oldest ends: a phone that changed networks leaves streams behind
     * that nobody can tell from living ones for minutes, and must not be kept out by them.
     * @throws 503 where the process has as many as it can serve
     */
    add(owner: StreamOwner): Readable {
      const streams = byUser.get(owner.userId) ?? new Set<Listening>();
      const [oldest] = streams;
      if (oldest && streams.size >= perUser) {
        oldest.stream.end('another stream has taken the place of this one');
        remove(oldest);
      }
      if (size >= perProcess) throw throttled('overloaded', 'Too many are listening here just now.', 5_000);
      const stream = eventStream();
      const listening = { ...owner, stream, told: new Map(), missedSince: owner.heardAt, silentTicks: 0 };
      byUser.set(owner.userId, (byUser.get(owner.userId) ?? new Set()).add(listening));
      size += 1;
      stream.readable.once('close', () => remove(listening));
      return stream.readable;
    },
    end(listening: Listening, why: string): void {
      listening.stream.end(why);
      remove(listening);
    },
  };
}

export const draining = () =>
  transient('unavailable', 'This process is about to end.', { headers: { 'Retry-After': '1' } });

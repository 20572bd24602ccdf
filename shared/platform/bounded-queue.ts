import { transient } from './errors.ts';

/** Runs work a few at a time and lets only so much wait. */
export type BoundedQueue = {
  <Result>(work: () => Promise<Result>): Promise<Result>;
  /** Whether the next would be refused. */
  isFull(): boolean;
};

/**
 * For work that is dear enough to take the process down when many ask for it at once.
 *
 * @param concurrency how many run at the same time
 * @param waiting how many may wait beyond those; the next is refused at once with `busy` (503)
 */
export function boundedQueue(concurrency: number, waiting: number): BoundedQueue {
  let running = 0;
  const queue: (() => void)[] = [];

  const isFull = () => running >= concurrency && queue.length >= waiting;
  const inTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (isFull()) throw tooMany();
    if (running < concurrency) running += 1;
    else await new Promise<void>((go) => queue.push(go));

    try {
      return await work();
    } finally {
      // The place goes straight to the next in line, so `running` falls only when nobody waits.
      const next = queue.shift();
      if (next) next();
      else running -= 1;
    }
  };
  return Object.assign(inTurn, { isFull });
}

/** What is refused where too many wait already. */
export const tooMany = () =>
  transient('busy', 'Too many are asking for this just now.', { headers: { 'Retry-After': '2' } });

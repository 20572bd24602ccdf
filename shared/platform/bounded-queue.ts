import { transient } from './errors.ts';

/** Runs work a few at a time and lets only so much wait. */
export type BoundedQueue = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * For work that is dear enough to take the process down when many ask for it at once.
 *
 * @param concurrency how many run at the same time
 * @param waiting how many may wait beyond those; the next is refused at once with `busy` (503)
 */
export function boundedQueue(concurrency: number, waiting: number): BoundedQueue {
  let running = 0;
  const queue: (() => void)[] = [];

  return async (work) => {
    if (running < concurrency) running += 1;
    else if (queue.length < waiting) await new Promise<void>((go) => queue.push(go));
    else throw TOO_MANY;

    try {
      return await work();
    } finally {
      // The place goes straight to the next in line, so `running` falls only when nobody waits.
      const next = queue.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

/** What is refused where too many wait already. One for all of them: a flood is not to be paid for with a stack each. */
export const TOO_MANY = transient('busy', 'Too many are asking for this just now.', {
  headers: { 'Retry-After': '2' },
});

import type { Job, Queue, Worker } from 'bullmq';

/** What a queue carries: never a payload, so that nothing forged into it can do anything. */
export type QueuedDispatch = { id: string; dispatch: number };

export type QueueWorker = Worker<QueuedDispatch, void, string>;

export type WorkerSettings = {
  concurrency: number;
  /** At most so many jobs in so many milliseconds; `rateLimit` on the queue stops them all for a while. */
  limiter?: { max: number; duration: number };
};

/** The dispatcher: one queue per name, on Redis or on PostgreSQL. It may lose everything without losing work. */
export type Queues = {
  readonly backend: 'redis' | 'postgres';
  /** For adding and looking: fails fast where the backend is away. */
  queue(name: string): Queue<QueuedDispatch, void, string>;
  /** For working: waits for ever where the backend is away. Not started yet; call `run()`. */
  worker(
    name: string,
    process: (job: Job<QueuedDispatch, void, string>) => Promise<void>,
    settings: WorkerSettings,
  ): QueueWorker;
  /** Throws where the backend cannot be used as it is configured; says why. */
  check(): Promise<void>;
  /** Share of the backend's memory limit in use, 0 where it has none. */
  memoryUsed(): Promise<number>;
  close(): Promise<void>;
};

/** How BullMQ is set: it only dispatches, so it neither retries nor keeps much, and lost workers are its normal case. */
export const JOB_OPTIONS = { attempts: 1 } as const;
export const WORKER_OPTIONS = {
  autorun: false,
  lockDuration: 15_000,
  stalledInterval: 5_000,
  maxStalledCount: 20,
  drainDelay: 5,
  removeOnComplete: { count: 100 },
  removeOnFail: { count: 1_000 },
} as const;

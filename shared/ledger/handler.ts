import type { EntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../platform/clock.ts';
import type { Transaction, TransactionOptions } from '../platform/database/database.ts';
import type { JobId, UserId } from '../platform/ids.ts';
import type { Logger } from '../platform/telemetry/logger.ts';
import type { AnyJobContract, JobContract, PayloadOf } from './contract.ts';
import type { EnqueueOptions } from './enqueue.ts';
import type { JobProgress } from './progress.ts';

/** What a handler may know of the job it runs. */
export type JobFacts = { id: JobId; attempt: number; subject: UserId | null };

/** For work outside PostgreSQL. Holds no connection while it waits; may commit short transactions of its own. */
export type PrepareContext = {
  transaction<Result>(options: TransactionOptions, work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  clock: Clock;
  /** Aborted when the job is cancelled, loses its lease, runs out of time or the process shuts down. */
  signal: AbortSignal;
  logger: Logger;
  job: JobFacts;
  /** Tells the job's owner how far it is. As often as one likes: about one a second is written, in the background. */
  progress(progress: JobProgress): void;
};

/** Inside the finishing transaction, under the subject's row-level security. */
export type EffectContext = {
  tx: Transaction;
  readonly em: EntityManager;
  enqueue<Payload>(contract: JobContract<string, Payload>, payload: Payload, options?: EnqueueOptions): JobId;
  clock: Clock;
  logger: Logger;
  job: JobFacts;
};

/**
 * What a job does. The effect, its follow-up jobs and the end of the job commit together or not at all, so an effect
 * touches nothing but PostgreSQL. What it gives back becomes the job's result, shown to its owner.
 */
export type Handler<Contract extends AnyJobContract, Prepared = undefined> = {
  prepare?(payload: PayloadOf<Contract>, context: PrepareContext): Promise<Prepared>;
  effect(payload: PayloadOf<Contract>, context: EffectContext, prepared: Prepared): Promise<unknown>;
};

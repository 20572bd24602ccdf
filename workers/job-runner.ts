import { effectWithConsent } from '../jobs/effect-with-consent.ts';
import type { ClaimedJob, Dispatch } from '../shared/ledger/claim.ts';
import type { AnyJobContract } from '../shared/ledger/contract.ts';
import { enqueue } from '../shared/ledger/enqueue.ts';
import { decideFailure, failJob, handBackJob } from '../shared/ledger/fail.ts';
import { finishJob, isStaleFence } from '../shared/ledger/finish.ts';
import { tellFollowers } from '../shared/ledger/followers.ts';
import type { Handler, PrepareContext } from '../shared/ledger/handler.ts';
import { decodePayload, NewerPayload } from '../shared/ledger/payload.ts';
import { unlessAborted } from '../shared/platform/abort.ts';
import { type Clock, stopwatch } from '../shared/platform/clock.ts';
import type { Database } from '../shared/platform/database/database.ts';
import { milliseconds } from '../shared/platform/duration.ts';
import { poison, transient } from '../shared/platform/errors.ts';
import type { Probe } from '../shared/platform/probe.ts';
import type { Random } from '../shared/platform/random.ts';
import type { LogFields, Logger } from '../shared/platform/telemetry/logger.ts';
import { withTrace } from '../shared/platform/telemetry/trace-context.ts';
import type { Claim } from './claim-batch.ts';
import { reportProgress } from './job-progress.ts';
import type { RunningJobs, StopReason } from './running-jobs.ts';
import { whenReachable } from './when-reachable.ts';

/**
 * What became of one dispatch.
 * `skipped`: not ours to run. `lost`: ran, but somebody else has the job by now, so nothing of it counts.
 */
export type RunOutcome =
  | { kind: 'done'; runMs: number; waitMs: number; job: string }
  | { kind: 'retrying' | 'parked' | 'dead'; code: string; delayMs: number; runMs: number; waitMs: number; job: string }
  | { kind: 'handed_back' | 'lost' | 'skipped' };

// biome-ignore lint/suspicious/noExplicitAny: a registry holds handlers of every payload; each is only called with its own contract's
export type AnyHandler = Handler<any, any>;
export type Registry = ReadonlyMap<string, { contract: AnyJobContract; handler: AnyHandler }>;

export type RunnerParts = {
  database: Database;
  registry: Registry;
  claim: Claim;
  running: RunningJobs;
  clock: Clock;
  random: Random;
  logger: Logger;
  probe: Probe;
};

/** How long a newer payload waits before another worker is offered it, in milliseconds. */
const NEWER_PAYLOAD_DELAY_MS = 5_000;

/** Takes one dispatch through claim, prepare, effect and end. Never throws for what the job itself does wrong. */
export function createJobRunner(parts: RunnerParts): (dispatch: Dispatch) => Promise<RunOutcome> {
  return async (dispatch) => {
    parts.probe('claim.before');
    const job = await whenReachable(() => parts.claim(dispatch));
    if (!job) return { kind: 'skipped' };
    parts.probe('claim.after');
    return withTrace({ traceParent: job.traceParent, requestId: job.requestId }, () => runClaimed(parts, job));
  };
}

async function runClaimed(parts: RunnerParts, job: ClaimedJob): Promise<RunOutcome> {
  const elapsed = stopwatch();
  const known = parts.registry.get(job.kind);
  const { signal, end } = parts.running.start(job, known ? milliseconds(known.contract.timeLimit) : 0);
  const followed = known?.contract.followed ?? false;
  const progress = reportProgress(parts, job, followed);
  const tell = () => tellFollowers(parts.database, [{ id: job.id, subject: job.subject, followed }]);
  tell();
  try {
    if (!known) throw poison('unknown_kind', `no handler for ${job.kind}`);
    await perform(parts, job, known, { signal, elapsed, progress: progress.report });
    parts.probe('done.after');
    return { kind: 'done', runMs: elapsed(), waitMs: job.waitMs, job: job.kind };
  } catch (error) {
    return await settleFailure(parts, job, known?.contract, error, signal, elapsed());
  } finally {
    end();
    progress.close();
    tell();
  }
}

async function perform(
  parts: RunnerParts,
  job: ClaimedJob,
  { contract, handler }: { contract: AnyJobContract; handler: AnyHandler },
  { signal, elapsed, progress }: Pick<PrepareContext, 'signal' | 'progress'> & { elapsed: () => number },
): Promise<void> {
  const { database, clock, probe } = parts;
  const payload: unknown = decodePayload(contract, job.version, job.payload);
  const facts = { id: job.id, attempt: job.attempts, subject: job.subject };
  const logger = parts.logger.child(logFields(job));
  const transaction: Database['transaction'] = (options, work) => database.transaction(options, work);
  const prepared: unknown = handler.prepare
    ? await unlessAborted(
        handler.prepare(payload, { transaction, clock, signal, logger, job: facts, progress }),
        signal,
      )
    : undefined;
  probe('prepare.after');
  signal.throwIfAborted();
  await database.transaction({ userId: job.subject, signal }, async (tx) => {
    probe('effect.before');
    const result = await effectWithConsent(
      contract,
      handler,
      payload,
      {
        tx,
        get em() {
          return tx.em;
        },
        enqueue: (next, nextPayload, options) => enqueue(tx, next, nextPayload, options),
        clock,
        logger,
        job: facts,
      },
      prepared,
    );
    probe('effect.after');
    signal.throwIfAborted();
    tx.beforeCommit(() => finishJob(tx, job, result, { waitMs: job.waitMs, runMs: elapsed() }));
  });
}

async function settleFailure(
  parts: RunnerParts,
  job: ClaimedJob,
  contract: AnyJobContract | undefined,
  error: unknown,
  signal: AbortSignal,
  runMs: number,
): Promise<RunOutcome> {
  const { database, logger, random, probe } = parts;
  const stopped = signal.aborted ? (signal.reason as StopReason) : undefined;
  if (isStaleFence(error) || stopped === 'cancelled' || stopped === 'lease_lost') return { kind: 'lost' };
  if (stopped === 'shutdown') {
    await whenReachable(() => handBackJob(database, job));
    return { kind: 'handed_back' };
  }
  if (error instanceof NewerPayload) {
    await whenReachable(() => handBackJob(database, job, NEWER_PAYLOAD_DELAY_MS));
    return { kind: 'handed_back' };
  }
  const cause = stopped === 'time_limit' ? transient('time_limit', 'The job ran out of time.') : error;
  const decision = decideFailure(cause, contract ?? UNKNOWN, job, random);
  probe('fail.before');
  const held = await whenReachable(() => failJob(database, job, decision, runMs));
  probe('fail.after');
  if (!held) return { kind: 'lost' };
  const level = decision.state === 'dead' ? 'error' : 'warn';
  logger[level]({ ...logFields(job), code: decision.code, state: decision.state, err: cause }, 'A job failed');
  const delayMs = 'delayMs' in decision ? decision.delayMs : 0;
  return { kind: decision.state, code: decision.code, delayMs, runMs, waitMs: job.waitMs, job: job.kind };
}

const logFields = ({ id, kind, subject }: ClaimedJob): LogFields => ({ job_id: id, kind, user_id: subject });

const UNKNOWN = { retry: { attempts: 1, firstDelay: '1s', maxDelay: '1s' } } as unknown as AnyJobContract;

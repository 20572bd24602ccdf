import { effectWithConsent } from '../../jobs/effect-with-consent.ts';
import type { JobContract } from '../../shared/ledger/contract.ts';
import { enqueue } from '../../shared/ledger/enqueue.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import type { Database } from '../../shared/platform/database/database.ts';
import { type JobId, newId } from '../../shared/platform/ids.ts';
import { createLogger, type Logger } from '../../shared/platform/telemetry/logger.ts';

/**
 * Runs a handler by hand as a worker would: prepare, then the effect in one transaction of the job's subject. Gives back
 * the job's result.
 */
export async function runHandler<Payload, Prepared>(
  database: Database,
  contract: JobContract<string, Payload>,
  handler: Handler<JobContract<string, Payload>, Prepared>,
  payload: Payload,
  { clock, logger = silent, id = newId<JobId>() }: { clock: Clock; logger?: Logger; id?: JobId },
): Promise<unknown> {
  const userId = contract.subject(payload);
  const job = { id, attempt: 1, subject: userId };
  const { signal } = new AbortController();
  const { transaction } = database;
  const prepared = await handler.prepare?.(payload, { transaction, clock, signal, logger, job, progress: () => {} });
  return transaction({ userId }, (tx) =>
    effectWithConsent(
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
        job,
      },
      prepared as Prepared,
    ),
  );
}

const silent = createLogger({ service: 'test', environment: 'test', level: 'silent', secretKey: 'a secret for tests' });

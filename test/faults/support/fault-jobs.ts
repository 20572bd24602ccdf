import type { Registry } from '../../../workers/job-runner.ts';
import { type TestContract, type TestHandler, testContract } from '../../support/test-jobs.ts';

const patient = { attempts: 20, firstDelay: '100ms', maxDelay: '1s' } as const;

/** Leaves one row for its key. */
export const record = testContract('fault.record', { retry: patient });
/** The same, ahead of the others. */
export const urgent = testContract('fault.urgent', { lane: 'high', retry: patient });
/** Fails its first attempt, then leaves its row and asks for a `record` of its own. */
export const stumble = testContract('fault.stumble', { retry: patient });
/** Kills the process that runs it. */
export const killer = testContract('fault.killer', { retry: patient });
/** Takes its time outside the transaction. */
export const slow = testContract('fault.slow', { retry: patient, timeLimit: '5m' });
/** Leaves its row only for those who agree to insights. */
const consented = testContract('fault.consented', { retry: patient, purpose: () => 'insights' });

const EFFECT = 'insert into fault_effect (key, job_id, pid) values ($1, $2, $3)';

const leavesRow: TestHandler = {
  async effect({ key }, { tx, job }) {
    await tx.query(EFFECT, [key, job.id, process.pid]);
  },
};

/** @param slowMs how long the slow job prepares */
export const faultRegistry = (slowMs: number): Registry => {
  const handlers: readonly (readonly [TestContract, TestHandler])[] = [
    [record, leavesRow],
    [urgent, leavesRow],
    [consented, leavesRow],
    [
      stumble,
      {
        async effect({ key }, { tx, job, enqueue }) {
          await tx.query(EFFECT, [key, job.id, process.pid]);
          enqueue(record, { key: `${key}/next` });
          if (job.attempt === 1) throw new Error('the first attempt always fails');
        },
      },
    ],
    [
      killer,
      {
        async effect() {
          process.kill(process.pid, 'SIGKILL');
          await new Promise(() => {});
        },
      },
    ],
    [
      slow,
      {
        prepare: (_payload, { signal }) =>
          new Promise<void>((resolve) => {
            setTimeout(resolve, slowMs);
            signal.addEventListener('abort', () => resolve(), { once: true });
          }),
        effect: leavesRow.effect,
      },
    ],
  ];
  return new Map(handlers.map(([contract, handler]) => [contract.name, { contract, handler }]));
};

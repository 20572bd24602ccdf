import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../support/until.ts';
import { slow } from '../support/fault-jobs.ts';
import { faultRow } from './row.ts';

const JOBS = 10;

/** A worker is stopped in the middle of its work and goes on when another has long done it. */
export const zombie = faultRow(
  'F4',
  'zombie (SIGSTOP, SIGCONT)',
  async ({ size, onSystem, holds, holdsAll, measure }) => {
    const [haste, stoppedMs] = size === 'small' ? [10, 6_000] : [1, 60_000];
    await onSystem({}, async (system) => {
      const doomed = await system.startWorker({ haste, slowMs: 1_000 });
      await system.ask(JOBS, 'f4', slow);
      const running = async () =>
        (await system.outside.query(`select from job where state = 'running'`)).rowCount === JOBS;
      await until('all of them run', running);
      doomed.kill('SIGSTOP');
      const other = await system.startWorker({ haste, slowMs: 0 });
      await Promise.all([system.effectsReach(JOBS), pause(stoppedMs)]);
      doomed.kill('SIGCONT');
      // It works again when it has done something new; by then it has tried to end the old.
      await other.end(10_000);
      await system.ask(1, 'afterwards', slow);
      await system.quiet(60_000);
      await holdsAll(system);
      const { rows } = await system.outside.query(
        `select count(*) filter (where pid = $1)::int as mine, count(*)::int as all from fault_effect where key like 'f4 %'`,
        [doomed.pid],
      );
      holds('none of the old effects is the zombie’s', rows[0]?.mine === 0 && rows[0]?.all === JOBS);
      measure('stopped ms', stoppedMs);
    });
  },
);

import { slow } from '../support/fault-jobs.ts';
import { startFleet } from '../support/fleet.ts';
import { faultRow } from './row.ts';

const WORKERS = 3;

/** One worker after the other is told to end and replaced, under load, with work that takes a while. */
export const deploy = faultRow('F3', 'deploy (workers)', async ({ size, onSystem, holds, holdsAll, measure }) => {
  const [jobs, restarts] = size === 'small' ? [1_000, 5] : [4_000, 20];
  await onSystem({}, async (system) => {
    const fleet = await startFleet(system, WORKERS, { slowMs: 200 });
    const asking = system.ask(jobs, 'f3', slow);
    let longest = 0;
    for (let restart = 1; restart <= restarts; restart += 1) {
      await system.effectsReach(Math.floor((jobs * restart) / (restarts + 1)));
      const start = performance.now();
      const leaving = await fleet.signal(restart % WORKERS, 'SIGTERM');
      holds(`restart ${restart} ends by itself`, (await leaving.exited) === 0);
      longest = Math.max(longest, performance.now() - start);
    }
    await asking;
    await system.quiet(60_000);
    await fleet.stop();
    await holdsAll(system);
    const { rows } = await system.outside.query(
      'select max(attempts) as attempts, max(crashes) as crashes from job_done',
    );
    holds('no attempt is burned', rows[0]?.attempts === 1 && rows[0]?.crashes === 0);
    holds('every process is gone within 30 s', longest <= 30_000);
    measure('longest drain ms', longest);
  });
});

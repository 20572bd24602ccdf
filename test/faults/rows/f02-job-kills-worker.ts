import { MAX_CRASHES } from '../../../shared/ledger/claim.ts';
import { until } from '../../support/until.ts';
import { killer } from '../support/fault-jobs.ts';
import { startFleet } from '../support/fleet.ts';
import { faultRow } from './row.ts';

const WORKERS = 2;

/** A job whose handler kills its process, among others that do not. */
export const jobKillsWorker = faultRow('F2', 'one job kills its worker', async ({ size, onSystem, holds, measure }) => {
  const [neighbours, haste, withinMs] = size === 'small' ? [300, 10, 60_000] : [3_000, 1, 240_000];
  await onSystem({}, async (system) => {
    const fleet = await startFleet(system, WORKERS, { haste });
    await system.ask(1, 'killer', killer);
    await system.ask(neighbours, 'neighbour');
    const dead = async () =>
      (await system.outside.query(`select crashes, last_error_code from job where state = 'dead'`)).rows[0];
    const letter = await until('the killer is dead', dead, withinMs);
    await system.quiet(30_000);
    await fleet.stop();
    const verdict = await system.verdict();
    holds(`it is dead after ${MAX_CRASHES} crashes`, letter.crashes === MAX_CRASHES);
    holds('the reason is told', letter.last_error_code === 'worker_lost');
    holds('every neighbour is done, once', verdict.effects === neighbours && verdict.doubled === 0);
    holds('as many workers died of it', fleet.starts === WORKERS + MAX_CRASHES);
    measure('crashes', letter.crashes);
    measure('effects', verdict.effects);
  });
});

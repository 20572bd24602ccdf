import { MAX_CRASHES } from '../../../shared/ledger/claim.ts';
import { until } from '../../support/until.ts';
import { killer } from '../support/fault-jobs.ts';
import { startFaultSystem } from '../support/fault-system.ts';
import { startFleet } from '../support/fleet.ts';
import { expectations, type FaultRow } from './row.ts';

/** A job whose handler kills its process, among others that do not. */
export const jobKillsWorker: FaultRow = {
  name: 'F2',
  title: 'one job kills its worker',
  async run(size) {
    const { failures, holds } = expectations();
    const system = await startFaultSystem();
    try {
      const fleet = await startFleet(system, 2, { haste: size === 'small' ? 10 : 1 });
      await system.ask(1, 'killer', killer);
      await system.ask(size === 'small' ? 300 : 3_000, 'neighbour');
      const dead = async () =>
        (await system.outside.query(`select crashes, last_error_code from job where state = 'dead'`)).rows[0];
      const letter = await until('the killer is dead', dead, size === 'small' ? 60_000 : 240_000);
      await system.quiet(30_000);
      await fleet.stop();
      const verdict = await system.verdict();
      holds(`dead after ${MAX_CRASHES} crashes`, letter.crashes === MAX_CRASHES);
      holds('the reason is told', letter.last_error_code === 'worker_lost');
      holds('every neighbour is done, once', verdict.lost === 1 && verdict.doubled === 0);
      holds('five workers died of it', fleet.starts === 2 + MAX_CRASHES);
      return { failures, measured: { crashes: letter.crashes, starts: fleet.starts, effects: verdict.effects } };
    } finally {
      await system.close();
    }
  },
};

import { seededRandom } from '../../../shared/platform/random.ts';
import { until } from '../../support/until.ts';
import { startFaultSystem } from '../support/fault-system.ts';
import { startFleet } from '../support/fleet.ts';
import { expectations, type FaultRow } from './row.ts';

const WORKERS = 3;

/** SIGKILL of a random worker, again and again while they work. */
export const workerKilled: FaultRow = {
  name: 'F1',
  title: 'worker killed',
  async run(size) {
    const [jobs, kills] = size === 'small' ? [10_000, 10] : [100_000, 50];
    const random = seededRandom(1);
    const { failures, holds } = expectations();
    const system = await startFaultSystem();
    try {
      const fleet = await startFleet(system, WORKERS);
      const asking = system.ask(jobs, 'f1');
      for (let kill = 1; kill <= kills; kill += 1) {
        const reached = Math.floor((jobs * kill) / (kills + 1));
        await until(`${reached} effects`, async () => (await system.effects()) >= reached, 120_000);
        await fleet.signal(Math.floor(random() * WORKERS), 'SIGKILL');
      }
      await asking;
      const recovery = await system.quiet(60_000);
      await fleet.stop();
      const verdict = await system.verdict();
      holds('nothing acknowledged is lost', verdict.lost === 0);
      holds('no effect is doubled', verdict.doubled === 0 && verdict.strays === 0);
      holds('killed work runs again within 30 s', recovery <= 30_000);
      holds('the killed workers were replaced', fleet.starts === WORKERS + kills);
      return { failures, measured: { ...verdict, kills, 'last done after ms': Math.round(recovery) } };
    } finally {
      await system.close();
    }
  },
};

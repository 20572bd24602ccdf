import { seededRandom } from '../../../shared/platform/random.ts';
import { startFleet } from '../support/fleet.ts';
import { faultRow } from './row.ts';

const WORKERS = 3;

/** SIGKILL of a random worker, again and again while they work. */
export const workerKilled = faultRow('F1', 'worker killed', async ({ size, onSystem, holds, holdsAll, measure }) => {
  const [jobs, kills] = size === 'small' ? [10_000, 10] : [100_000, 50];
  const random = seededRandom(1);
  await onSystem({}, async (system) => {
    const fleet = await startFleet(system, WORKERS);
    const asking = system.ask(jobs, 'f1');
    for (let kill = 1; kill <= kills; kill += 1) {
      await system.effectsReach(Math.floor((jobs * kill) / (kills + 1)));
      await fleet.signal(Math.floor(random() * WORKERS), 'SIGKILL');
    }
    await asking;
    const recovery = await system.quiet(60_000);
    await fleet.stop();
    await holdsAll(system);
    holds('killed work runs again within 30 s', recovery <= 30_000);
    holds('every killed worker was replaced', fleet.starts === WORKERS + kills);
    measure('last done after ms', recovery);
  });
});

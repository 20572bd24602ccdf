import { startFleet } from '../support/fleet.ts';
import { faultRow } from './row.ts';

/** SIGKILL of the PostgreSQL server under load. */
export const postgresKilled = faultRow(
  'F12',
  'PostgreSQL killed',
  async ({ size, onSystem, holds, holdsAll, measure }) => {
    const [jobs, kills] = size === 'small' ? [10_000, 3] : [60_000, 20];
    await onSystem({ durable: true }, async (system) => {
      const fleet = await startFleet(system, 2);
      let slowest = 0;
      for (let kill = 1; kill <= kills; kill += 1) {
        const asking = system.ask(Math.floor(jobs / kills), `f12 ${kill}`);
        await system.effectsReach((await system.effects()) + 200);
        system.postgres.kill('SIGKILL');
        await system.postgres.restart();
        const start = performance.now();
        await asking;
        await system.ask(10, `after ${kill}`);
        await system.effectsReach((await system.effects()) + 10, 30_000);
        slowest = Math.max(slowest, performance.now() - start);
      }
      const drained = await system.quiet(120_000);
      holds('no worker ended', fleet.starts === 2);
      await fleet.stop();
      await holdsAll(system);
      const dead = (await system.outside.query(`select from job where state = 'dead'`)).rowCount;
      holds('no job is dead for want of a database', dead === 0);
      holds('working again within 10 s', slowest <= 10_000);
      measure('slowest return ms', slowest);
      measure('drained ms', drained);
    });
  },
);

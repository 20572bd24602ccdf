import { startFleet } from '../support/fleet.ts';
import { faultRow } from './row.ts';

/** SIGKILL of redis-server under load; it keeps what it had, as in production. */
export const redisKilled = faultRow('F6', 'Redis killed', async ({ size, onSystem, holds, holdsAll, measure }) => {
  const [jobs, kills] = size === 'small' ? [10_000, 5] : [60_000, 20];
  await onSystem({ redis: { appendonly: 'yes', appendfsync: 'everysec' } }, async (system) => {
    const fleet = await startFleet(system, 2);
    const asking = system.ask(jobs, 'f6');
    let slowest = 0;
    for (let kill = 1; kill <= kills; kill += 1) {
      await system.effectsReach(Math.floor((jobs * kill) / (kills + 2)));
      system.redis.kill('SIGKILL');
      await system.redis.restart();
      const start = performance.now();
      await system.effectsReach((await system.effects()) + 50);
      slowest = Math.max(slowest, performance.now() - start);
    }
    await asking;
    await system.quiet(90_000);
    holds('no worker ended', fleet.starts === 2);
    await fleet.stop();
    await holdsAll(system);
    holds('consuming again within 5 s', slowest <= 5_000);
    measure('slowest return ms', slowest);
  });
});

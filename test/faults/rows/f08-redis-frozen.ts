import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../support/until.ts';
import { startFleet } from '../support/fleet.ts';
import { faultRow } from './row.ts';

/** Redis takes connections and answers nothing. */
export const redisFrozen = faultRow(
  'F8',
  'Redis frozen (SIGSTOP)',
  async ({ size, onSystem, holds, holdsAll, measure }) => {
    const frozenMs = size === 'small' ? 8_000 : 30_000;
    await onSystem({}, async (system) => {
      const fleet = await startFleet(system, 2);
      await system.ask(2_000, 'before');
      await system.effectsReach(1_000);
      system.redis.kill('SIGSTOP');
      const start = performance.now();
      await system.ask(500, 'meanwhile');
      const told = /The relay could not hand work to its queue/;
      await until('the relay gives up', () => told.test(system.log()), 20_000);
      const noticed = performance.now() - start;
      await pause(Math.max(0, frozenMs - noticed));
      system.redis.kill('SIGCONT');
      const drained = await system.quiet(60_000);
      holds('no worker ended', fleet.starts === 2);
      await fleet.stop();
      await holdsAll(system);
      // The command's time-out, and the time a look may have been away.
      holds('the relay fails within 2 s', noticed <= 2_500);
      measure('noticed after ms', noticed);
      measure('drained ms', drained);
    });
  },
);

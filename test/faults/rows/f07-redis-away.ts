import { setTimeout as pause } from 'node:timers/promises';
import { startFleet } from '../support/fleet.ts';
import { percentile } from '../support/percentile.ts';
import { faultRow } from './row.ts';

/** Redis is down for seconds to a minute: asking for work goes on as ever, and what has piled up is worked off. */
export const redisAway = faultRow(
  'F7',
  'Redis away (core writes)',
  async ({ size, onSystem, holds, holdsAll, measure }) => {
    const outages = size === 'small' ? [5_000] : [5_000, 20_000, 60_000];
    await onSystem({}, async (system) => {
      const fleet = await startFleet(system, 2);
      const askFor = async (ms: number, keys: string) => {
        const times: number[] = [];
        const end = performance.now() + ms;
        while (performance.now() < end) {
          const start = performance.now();
          await system.ask(1, `${keys} ${times.length}`);
          times.push(performance.now() - start);
          await pause(5);
        }
        return percentile(times, 0.99);
      };
      const normal = await askFor(3_000, 'normal');
      for (const outage of outages) {
        system.redis.kill('SIGKILL');
        const away = await askFor(outage, `away ${outage}`);
        await system.redis.restart();
        const drained = await system.quiet(60_000);
        // A few milliseconds are noise, not an outage.
        holds(`${outage} ms: p99 of a commit at most doubles`, away <= Math.max(2 * normal, 10));
        measure(`p99 ms while away ${outage / 1_000} s`, away);
        measure(`drained ms after ${outage / 1_000} s`, drained);
      }
      holds('no worker ended', fleet.starts === 2);
      await fleet.stop();
      const { unknown } = await holdsAll(system);
      holds('every commit was acknowledged', unknown === 0);
      measure('p99 ms normal', normal);
    });
  },
);

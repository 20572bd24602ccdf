import { redisCommand } from '../support/fault-system.ts';
import { startFleet } from '../support/fleet.ts';
import { faultRow } from './row.ts';

/** FLUSHALL while jobs wait, are dispatched and run. */
export const redisEmptied = faultRow(
  'F9',
  'Redis emptied (FLUSHALL)',
  async ({ size, onSystem, holds, holdsAll, measure }) => {
    const [jobs, flushes] = size === 'small' ? [10_000, 3] : [100_000, 10];
    await onSystem({}, async (system) => {
      const fleet = await startFleet(system, 2);
      const asking = system.ask(jobs, 'f9');
      for (let flush = 1; flush <= flushes; flush += 1) {
        await system.effectsReach(Math.floor((jobs * flush) / (flushes + 1)));
        await redisCommand(system.redis.url, 'FLUSHALL');
      }
      await asking;
      const recovery = await system.quiet(90_000);
      await fleet.stop();
      await holdsAll(system);
      holds('everything is done within 60 s of the last FLUSHALL', recovery <= 60_000);
      measure('last done after ms', recovery);
    });
  },
);

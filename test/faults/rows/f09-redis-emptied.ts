import { until } from '../../support/until.ts';
import { redisCommand, startFaultSystem } from '../support/fault-system.ts';
import { startFleet } from '../support/fleet.ts';
import { expectations, type FaultRow } from './row.ts';

/** FLUSHALL while jobs wait, are dispatched and run. */
export const redisEmptied: FaultRow = {
  name: 'F9',
  title: 'Redis emptied (FLUSHALL)',
  async run(size) {
    const [jobs, flushes] = size === 'small' ? [10_000, 3] : [100_000, 10];
    const { failures, holds } = expectations();
    const system = await startFaultSystem();
    try {
      const fleet = await startFleet(system, 2);
      const asking = system.ask(jobs, 'f9');
      for (let flush = 1; flush <= flushes; flush += 1) {
        const reached = Math.floor((jobs * flush) / (flushes + 1));
        await until(`${reached} effects`, async () => (await system.effects()) >= reached, 120_000);
        await redisCommand(system.redis.url, 'FLUSHALL');
      }
      await asking;
      const recovery = await system.quiet(90_000);
      await fleet.stop();
      const verdict = await system.verdict();
      holds('nothing acknowledged is lost', verdict.lost === 0);
      holds('no effect is doubled', verdict.doubled === 0 && verdict.strays === 0);
      holds('everything is done within 60 s of the last FLUSHALL', recovery <= 60_000);
      return { failures, measured: { ...verdict, flushes, 'last done after ms': Math.round(recovery) } };
    } finally {
      await system.close();
    }
  },
};

import { setTimeout as pause } from 'node:timers/promises';
import { redisCommand } from '../support/fault-system.ts';
import { startFleet } from '../support/fleet.ts';
import { faultRow } from './row.ts';

const FULL_SECONDS = 8;

/** `maxmemory` below what is used: Redis refuses every write. */
export const redisFull = faultRow('F10', 'Redis full', async ({ size, onSystem, holds, holdsAll, measure }) => {
  const jobs = size === 'small' ? 3_000 : 20_000;
  await onSystem({}, async (system) => {
    const fleet = await startFleet(system, 2);
    const asking = system.ask(jobs, 'f10');
    await system.effectsReach(jobs / 4);
    await redisCommand(system.redis.url, 'CONFIG', 'SET', 'maxmemory', '1mb');
    const before = system.log().split('\n').length;
    await pause(FULL_SECONDS * 1_000);
    const lines = (system.log().split('\n').length - before) / FULL_SECONDS / 2;
    await redisCommand(system.redis.url, 'CONFIG', 'SET', 'maxmemory', '0');
    await asking;
    const healed = await system.quiet(60_000);
    holds('no worker ended', fleet.starts === 2);
    await fleet.stop();
    await holdsAll(system);
    holds('at most ten log lines a second from each process', lines <= 10);
    measure('log lines/s', lines);
    measure('healed after ms', healed);
  });
});

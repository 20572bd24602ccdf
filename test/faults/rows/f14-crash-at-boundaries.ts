import { PROBE_POINTS, type ProbePoint } from '../../../shared/platform/probe.ts';
import { record, stumble } from '../support/fault-jobs.ts';
import type { FaultSystem } from '../support/fault-system.ts';
import { faultRow } from './row.ts';

const JOBS = 20;
/** The process ends at the third passing, so that there is work before, at and after the boundary. */
const PASSINGS = 3;

/** A worker that ends at one boundary of the work, and another that finishes what it left. */
export const crashAtBoundaries = faultRow(
  'F14',
  'crash at every boundary',
  async ({ size, onSystem, holds, holdsAll, measure }) => {
    const haste = size === 'small' ? 10 : 1;
    await onSystem({}, async (system) => {
      let slowest = 0;
      for (const point of PROBE_POINTS) {
        slowest = Math.max(slowest, await crashAndRecover(system, point, haste));
        const { lost, doubled } = await system.verdict();
        holds(`${point}: each effect is there, once`, lost === 0 && doubled === 0);
      }
      await holdsAll(system);
      measure('points', PROBE_POINTS.length);
      measure('slowest recovery ms', slowest);
    });
  },
);

async function crashAndRecover(system: FaultSystem, point: ProbePoint, haste: number): Promise<number> {
  const doomed = await system.startWorker({ crash: { at: point, times: PASSINGS }, haste });
  await system.ask(JOBS, `${point} record`, record);
  await system.ask(JOBS, `${point} stumble`, stumble);
  // What each stumbling job asks for in turn, promised with it.
  system.promises.acknowledge(Array.from({ length: JOBS }, (_, n) => `${point} stumble ${n}/next`));
  const code = await doomed.exited;
  if (code !== 128) throw new Error(`At ${point} it ended with code ${code} instead of being killed.`);
  const heir = await system.startWorker({ haste });
  const recovery = await system.quiet(60_000);
  await heir.end(5_000);
  return recovery;
}

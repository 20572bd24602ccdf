import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROBE_POINTS, type ProbePoint } from '../../../shared/platform/probe.ts';
import type { ChildProcess } from '../../support/embedded/child-process.ts';
import { makeScratch, type Scratch } from '../../support/scratch.ts';
import { record, stumble } from '../support/fault-jobs.ts';
import type { FaultSystem } from '../support/fault-system.ts';
import { faultRow } from './row.ts';

const JOBS = 20;
/** The process ends at the third passing, so that there is work before, at and after the boundary. */
const PASSINGS = 3;

/** Workers that end at one boundary of the work each; the next finishes what the last one left, before its own turn. */
export const crashAtBoundaries = faultRow(
  'F14',
  'crash at every boundary',
  async ({ size, onSystem, holds, holdsAll, measure }) => {
    const haste = size === 'small' ? 10 : 1;
    const scratch = await makeScratch();
    const startDoomed = (system: FaultSystem, at: ProbePoint | undefined) =>
      system.startWorker({
        haste,
        ...(at ? { crash: { at, times: PASSINGS, armedBy: join(scratch.path, at) } } : {}),
      });
    await onSystem({}, async (system) => {
      let worker = await startDoomed(system, PROBE_POINTS[0]);
      let slowest = 0;
      for (const [index, point] of PROBE_POINTS.entries()) {
        await crash(system, worker, point, scratch);
        worker = await startDoomed(system, PROBE_POINTS[index + 1]);
        slowest = Math.max(slowest, await system.quiet(60_000));
        const { lost, doubled } = await system.verdict();
        holds(`${point}: each effect is there, once`, lost === 0 && doubled === 0);
      }
      await worker.end(5_000);
      await holdsAll(system);
      measure('points', PROBE_POINTS.length);
      measure('slowest recovery ms', slowest);
    }).finally(() => scratch.remove());
  },
);

async function crash(system: FaultSystem, doomed: ChildProcess, at: ProbePoint, scratch: Scratch): Promise<void> {
  await writeFile(join(scratch.path, at), '');
  await system.ask(JOBS, `${at} record`, record);
  await system.ask(JOBS, `${at} stumble`, stumble);
  // What each stumbling job asks for in turn, promised with it.
  system.promises.acknowledge(Array.from({ length: JOBS }, (_, n) => `${at} stumble ${n}/next`));
  const code = await doomed.exited;
  if (code !== 128) throw new Error(`At ${at} it ended with code ${code} instead of being killed.`);
}

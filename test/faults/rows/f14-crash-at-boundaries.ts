import { PROBE_POINTS, type ProbePoint } from '../../../shared/platform/probe.ts';
import { record, stumble } from '../support/fault-jobs.ts';
import { type FaultSystem, startFaultSystem } from '../support/fault-system.ts';
import { expectations, type FaultRow } from './row.ts';

const JOBS = 20;
/** The process ends at the third passing, so that there is work before, at and after the boundary. */
const PASSINGS = 3;

/** A worker that ends at one boundary of the work, and another that finishes what it left. */
export const crashAtBoundaries: FaultRow = {
  name: 'F14',
  title: 'crash at every boundary',
  async run(size) {
    const haste = size === 'small' ? 10 : 1;
    const { failures, holds } = expectations();
    const system = await startFaultSystem();
    try {
      let slowest = 0;
      for (const point of PROBE_POINTS) {
        const recovery = await crashAndRecover(system, point, haste).catch((error: unknown) => {
          throw new Error(`crash at ${point}: ${error instanceof Error ? error.message : error}\n${system.log()}`);
        });
        slowest = Math.max(slowest, recovery);
        const verdict = await system.verdict();
        holds(`${point}: nothing is lost`, verdict.lost === 0);
        holds(`${point}: each effect is there once`, verdict.doubled === 0);
      }
      const verdict = await system.verdict();
      holds('each stumbling job asked for its follow-up once', verdict.strays === 0);
      return {
        failures,
        measured: { points: PROBE_POINTS.length, ...verdict, 'slowest recovery ms': Math.round(slowest) },
      };
    } finally {
      await system.close();
    }
  },
};

async function crashAndRecover(system: FaultSystem, point: ProbePoint, haste: number): Promise<number> {
  const doomed = await system.startWorker({ crash: { at: point, times: PASSINGS }, haste });
  await system.ask(JOBS, `${point} record`, record);
  await system.ask(JOBS, `${point} stumble`, stumble);
  // What each stumbling job asks for in turn, promised with it.
  system.promises.acknowledge(Array.from({ length: JOBS }, (_, n) => `${point} stumble ${n}/next`));
  const code = await doomed.exited;
  if (code !== 128) throw new Error(`it ended with code ${code} instead of being killed there`);
  const heir = await system.startWorker({ haste });
  const recovery = await system.quiet(60_000);
  await heir.end(5_000);
  return recovery;
}

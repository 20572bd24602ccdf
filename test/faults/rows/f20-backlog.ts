import { readFileSync } from 'node:fs';
import { until } from '../../support/until.ts';
import { urgent } from '../support/fault-jobs.ts';
import { faultRow } from './row.ts';

const FRESH = 20;

/** A mountain of work of the normal lane, and something urgent. */
export const backlog = faultRow('F20', 'backlog', async ({ size, onSystem, holds, measure }) => {
  const jobs = size === 'small' ? 100_000 : 1_000_000;
  await onSystem({ env: { WORKER_CONCURRENCY: '4' } }, async (system) => {
    const worker = await system.startWorker({ roles: ['relay', 'autoscaler'] });
    await system.ask(2_000, 'warm');
    await system.quiet(60_000);
    const lean = residentMb(worker.pid);
    await system.outside.query(
      `insert into job (id, kind, version, pool, lane, payload)
       select gen_random_uuid(), 'fault.record', 1, 'streaks', 2, jsonb_build_object('key', 'mountain ' || n) from generate_series(1, $1::int) n`,
      [jobs],
    );
    const waits: number[] = [];
    let most = lean;
    for (let n = 0; n < FRESH; n += 1) {
      const start = performance.now();
      await system.ask(1, `fresh ${n}`, urgent);
      const done = async () =>
        ((await system.outside.query(`select from fault_effect where key = $1`, [`fresh ${n} 0`])).rowCount ?? 0) > 0;
      await until('the urgent one is done', done, 60_000);
      waits.push(performance.now() - start);
      most = Math.max(most, residentMb(worker.pid));
    }
    const left = await system.unfinished();
    holds('an urgent job is done within 5 s', Math.max(...waits) <= 5_000);
    holds('there was a backlog all the while', left > jobs / 10);
    holds('memory stays flat (± 10 %)', most <= lean * 1.1);
    measure('slowest urgent ms', Math.max(...waits));
    measure('MB without', lean);
    measure('MB with', most);
    measure('left', left);
  });
});

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;

import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { until } from '../../support/until.ts';
import { record } from '../support/fault-jobs.ts';
import type { FaultSystem } from '../support/fault-system.ts';
import { percentile } from '../support/percentile.ts';
import { faultRow } from './row.ts';

const OTHERS = 1_000;

/** One user asks for more than can be done, and a thousand others for one thing each. */
export const flood = faultRow('F21', 'flood by one user', async ({ size, onSystem, holds, measure }) => {
  const jobs = size === 'small' ? 20_000 : 100_000;
  await onSystem({}, async (system) => {
    await system.startWorker();
    const unloaded = await waitOfOthers(system, 'unloaded');
    const flooder = newId<UserId>();
    await system.outside.query(
      `insert into job (id, kind, version, pool, lane, subject, payload)
       select gen_random_uuid(), 'fault.record', 1, 'streaks', 2, $2::uuid, jsonb_build_object('key', 'flood ' || n, 'userId', $2::uuid)
       from generate_series(1, $1::int) n`,
      [jobs, flooder],
    );
    const flooded = await waitOfOthers(system, 'flooded');
    holds('the p95 wait of the others at most doubles', flooded <= 2 * unloaded);
    measure('p95 ms unloaded', unloaded);
    measure('p95 ms flooded', flooded);
    measure('left of the flood', await system.unfinished());
  });
});

async function waitOfOthers(system: FaultSystem, keys: string): Promise<number> {
  await system.database.transaction({ userId: null }, async (tx) => {
    for (let n = 0; n < OTHERS; n += 1) enqueue(tx, record, { key: `${keys} ${n}`, userId: newId<UserId>() });
  });
  const others = `select (extract(epoch from at - (select min(created_at) from job_done where id = job_id)) * 1000)::float8 as wait
    from fault_effect where key like $1`;
  const rows = await until(
    'the others are served',
    async () => {
      const served = await system.outside.query<{ wait: number }>(others, [`${keys} %`]);
      return served.rowCount === OTHERS ? served.rows : undefined;
    },
    300_000,
  );
  return percentile(
    rows.map(({ wait }) => wait),
    0.95,
  );
}

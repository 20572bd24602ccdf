import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { until } from '../../support/until.ts';
import type { FaultSystem } from '../support/fault-system.ts';
import { faultRow } from './row.ts';

/** Jobs nobody can read, written into the ledger and forged straight into Redis. */
export const poisonPayload = faultRow('F18', 'poison payload', async ({ onSystem, holds, holdsAll, measure }) => {
  await onSystem({}, async (system) => {
    await system.startWorker();
    const unknown = await store(system, 'never.heard', 1, {});
    const old = await store(system, 'fault.record', 0, { key: 'old' });
    const broken = await store(system, 'fault.record', 1, { key: 7 });
    const newer = await store(system, 'fault.record', 2, { key: 'newer' });
    await forge(system.redis.url, newer);
    await system.ask(100, 'neighbour');
    await system.effectsReach(100);

    const state = async (id: string) =>
      (await system.outside.query('select state, last_error_code, attempts, fence from job where id = $1', [id]))
        .rows[0];
    for (const [id, code] of [
      [unknown, 'unknown_kind'],
      [old, 'unreadable_version'],
      [broken, 'invalid_payload'],
    ] as const) {
      const row = await until('it is dead', async () => {
        const found = await state(id);
        return found?.state === 'dead' ? found : undefined;
      });
      holds(`${code}: dead at the first attempt, with its reason`, row.last_error_code === code && row.attempts === 1);
    }
    const back = await until('the newer one was handed back', async () => {
      const found = await state(newer);
      return found?.fence > 0 && found?.state === 'pending' ? found : undefined;
    });
    holds('a newer version goes back untouched', back.attempts === 0);
    await holdsAll(system);
    measure('dead', (await system.outside.query(`select from job where state = 'dead'`)).rowCount ?? 0);
  });
});

async function store(system: FaultSystem, kind: string, version: number, payload: unknown): Promise<string> {
  const { rows } = await system.outside.query(
    `insert into job (id, kind, version, pool, lane, payload) values (gen_random_uuid(), $1, $2, 'streaks', 2, $3) returning id`,
    [kind, version, JSON.stringify(payload)],
  );
  return rows[0]?.id;
}

async function forge(url: string, id: string): Promise<void> {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const queue = new Queue('streaks', { connection, prefix: 'amira' });
  const forged = [{}, null, 'text', { id, dispatch: 0 }, { id: `${id}' or true`, dispatch: 1 }, { id, dispatch: 1e9 }];
  const jobs = await Promise.all(forged.map((data) => queue.add('fault.record', data)));
  for (const job of jobs) {
    await until('the queue is done with it', async () => ['completed', 'failed'].includes(await job.getState()));
  }
  await queue.close();
  connection.disconnect();
}

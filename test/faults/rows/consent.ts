import type { Database } from '../../../shared/platform/database/database.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import { newAccount, newConsent } from '../../support/factories.ts';
import { until } from '../../support/until.ts';
import { openAsApi, withdraw } from '../../support/withdrawal.ts';
import type { FaultSystem } from '../support/fault-system.ts';
import { faultRow } from './row.ts';

/** Somebody takes a consent back while work that rests on it is under way in several processes. */
export const consent = faultRow('CONSENT', 'consent withdrawn mid-run', async ({ size, onSystem, holds, measure }) => {
  const jobs = size === 'small' ? 1_000 : 10_000;
  for (const QUEUE_BACKEND of ['redis', 'postgres']) {
    await onSystem({ env: { QUEUE_BACKEND } }, async (system) => {
      const api = await openAsApi(system.postgres.urls('faults').api);
      try {
        const { committed, effects, withheld } = await withdrawnMidRun(system, api, jobs);
        holds(`${QUEUE_BACKEND}: no effect commits after the withdrawal`, effects === committed);
        holds(`${QUEUE_BACKEND}: it came in the middle`, committed > 0 && committed < jobs);
        holds(`${QUEUE_BACKEND}: every other job ended without one`, withheld === jobs - committed);
        measure(`${QUEUE_BACKEND} before`, committed);
        measure(`${QUEUE_BACKEND} after`, effects - committed);
        measure(`${QUEUE_BACKEND} withheld`, withheld);
      } finally {
        await api.close();
      }
    });
  }
});

async function withdrawnMidRun(system: FaultSystem, api: Database, jobs: number) {
  const userId = await newAccount(api);
  await newConsent(api, userId, 'insights');
  await queue(system, userId, jobs);
  await Promise.all([system.startWorker(), system.startWorker()]);
  await until('work is under way', async () => (await system.effects()) >= jobs / 10, 60_000);
  const committed = await withdraw(api, userId, 'fault_effect');
  await system.quiet(120_000);
  const { rows } = await system.outside.query(
    `select count(*)::int as n from job_done where outcome = 'done' and result = '{"withheld": "insights"}'`,
  );
  return { committed, effects: await system.effects(), withheld: Number(rows[0]?.n) };
}

const queue = (system: FaultSystem, userId: UserId, jobs: number) =>
  system.outside.query(
    `insert into job (id, kind, version, pool, lane, subject, payload)
     select gen_random_uuid(), 'fault.consented', 1, 'streaks', 2, $2::uuid,
            jsonb_build_object('key', 'job ' || n, 'userId', $2::uuid)
     from generate_series(1, $1::int) n`,
    [jobs, userId],
  );

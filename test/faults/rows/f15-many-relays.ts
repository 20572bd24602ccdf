import { until } from '../../support/until.ts';
import { stumble } from '../support/fault-jobs.ts';
import { startFaultSystem } from '../support/fault-system.ts';
import { expectations, type FaultRow } from './row.ts';

const SCHEDULE = { name: 'f15', cron: '* * * * *' };
const MISSED_MINUTES = 60;

/** Two, then five processes that are each relay and scheduler at once: there is no leader to lose. */
export const manyRelays: FaultRow = {
  name: 'F15',
  title: 'two, then five relays and schedulers',
  async run(size) {
    const jobs = size === 'small' ? 1_500 : 20_000;
    const { failures, holds } = expectations();
    const measured: Record<string, number> = {};
    for (const replicas of [2, 5]) {
      const system = await startFaultSystem();
      try {
        await system.outside.query(
          `insert into schedule_fire (name, slot) values ($1, date_trunc('minute', now()) - $2::int * interval '1 minute')`,
          [SCHEDULE.name, MISSED_MINUTES],
        );
        const plan = { roles: ['relay', 'scheduler'] as const, schedules: [SCHEDULE] };
        const asking = system.ask(jobs, 'f15');
        const workers = await Promise.all(
          Array.from({ length: replicas }, () => system.startWorker({ ...plan, roles: [...plan.roles] })),
        );
        await asking;
        await system.ask(100, 'follow', stumble);
        const slots = async () =>
          (
            await system.outside.query(
              `select count(*)::int as n from schedule_fire where fired_at > now() - interval '10 minutes'`,
            )
          ).rows[0]?.n;
        await until('all slots are fired', async () => (await slots()) > MISSED_MINUTES, 30_000);
        await system.quiet(60_000);
        await Promise.all(workers.map((worker) => worker.end(10_000)));
        const verdict = await system.verdict();
        const { rows } = await system.outside.query(
          `select count(*)::int as effects, count(distinct key)::int as slots from fault_effect where key like 'f15 2%'
           and key like '%Z'`,
        );
        holds(`${replicas}: nothing is lost`, verdict.lost === 0);
        holds(`${replicas}: no effect is doubled`, verdict.doubled === 0);
        holds(
          `${replicas}: each slot is fired once`,
          rows[0]?.effects === rows[0]?.slots && rows[0]?.slots >= MISSED_MINUTES,
        );
        measured[`effects of ${replicas}`] = verdict.effects;
        measured[`slots of ${replicas}`] = rows[0]?.slots;
      } finally {
        await system.close();
      }
    }
    return { failures, measured };
  },
};

import { until } from '../../support/until.ts';
import { stumble } from '../support/fault-jobs.ts';
import { faultRow } from './row.ts';

const SCHEDULE = { name: 'minutely', cron: '* * * * *' };
const MISSED_MINUTES = 60;
const FOLLOWED = 100;

/** Two, then five processes that are each relay and scheduler at once: there is no leader to lose. */
export const manyRelays = faultRow(
  'F15',
  'two, then five relays and schedulers',
  async ({ size, onSystem, holds, measure }) => {
    const jobs = size === 'small' ? 1_500 : 20_000;
    for (const replicas of [2, 5]) {
      await onSystem({}, async (system) => {
        await system.outside.query(
          `insert into schedule_fire (name, slot) values ($1, date_trunc('minute', now()) - $2::int * interval '1 minute')`,
          [SCHEDULE.name, MISSED_MINUTES],
        );
        const asking = system.ask(jobs, 'f15');
        const workers = await Promise.all(
          Array.from({ length: replicas }, () =>
            system.startWorker({ roles: ['relay', 'scheduler'], schedules: [SCHEDULE] }),
          ),
        );
        await asking;
        await system.ask(FOLLOWED, 'followed', stumble);
        const fired = async () => (await system.outside.query('select from schedule_fire')).rowCount ?? 0;
        await until('all missed slots are fired', async () => (await fired()) > MISSED_MINUTES, 30_000);
        await system.quiet(60_000);
        await Promise.all(workers.map((worker) => worker.end(10_000)));
        const verdict = await system.verdict();
        const slots = await system.outside.query(
          `select count(*)::int as effects, count(distinct key)::int as slots from fault_effect where key like 'minutely %'`,
        );
        const { effects, slots: distinct } = slots.rows[0];
        holds(`${replicas}: nothing is lost`, verdict.lost === 0);
        holds(`${replicas}: no effect is doubled`, verdict.doubled === 0);
        holds(`${replicas}: each slot is fired once`, effects === distinct && distinct === (await fired()) - 1);
        holds(`${replicas}: nothing else happens`, verdict.effects === jobs + 2 * FOLLOWED + effects);
        measure(`effects of ${replicas}`, verdict.effects);
        measure(`slots of ${replicas}`, distinct);
      });
    }
  },
);

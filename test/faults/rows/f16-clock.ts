import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { until } from '../../support/until.ts';
import { record } from '../support/fault-jobs.ts';
import { faultRow } from './row.ts';

const FIVE_MINUTES = 300_000;
const SCHEDULE = { name: 'minutely', cron: '* * * * *' };
const DELAYED = 50;

/** Workers whose clocks run five minutes ahead and behind. */
export const clock = faultRow('F16', 'clocks five minutes off', async ({ onSystem, holds, measure }) => {
  await onSystem({}, async (system) => {
    await system.outside.query(
      `insert into schedule_fire (name, slot) values ($1, date_trunc('minute', now()) - interval '10 minutes')`,
      [SCHEDULE.name],
    );
    await Promise.all(
      [FIVE_MINUTES, -FIVE_MINUTES].map((clockSkewMs) =>
        system.startWorker({ clockSkewMs, roles: ['relay', 'scheduler'], schedules: [SCHEDULE] }),
      ),
    );
    const { rows } = await system.outside.query<{ due: string }>(
      `select to_char(now() at time zone 'UTC' + interval '3 seconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as due`,
    );
    const due = rows[0]?.due ?? '';
    await system.database.transaction({ userId: null }, async (tx) => {
      for (let n = 0; n < DELAYED; n += 1)
        enqueue(tx, record, { key: `delayed ${n}` }, { dueAt: Temporal.Instant.from(due) });
    });
    const one = async (sql: string, values: unknown[] = []) => (await system.outside.query(sql, values)).rows[0]?.n;
    // Until a minute has turned, so that the schedulers have ticked and not only caught up.
    const begun = await one('select count(*)::int as n from schedule_fire');
    await until(
      'a slot was fired by a tick',
      async () =>
        (await one('select count(*)::int as n from schedule_fire')) > Math.max(begun, 11) ||
        (await one(`select count(*)::int as n from schedule_fire where slot > $1::timestamptz`, [due])) > 0,
      75_000,
    );
    await system.quiet(30_000);
    const early = await one(
      `select count(*)::int as n from fault_effect where key like 'delayed %' and at < $1::timestamptz - interval '1 second'`,
      [due],
    );
    const slotsEarly = await one(
      `select count(*)::int as n from schedule_fire where fired_at < slot - interval '1 second'`,
    );
    const doubled = await one(
      'select count(*)::int as n from (select key from fault_effect group by key having count(*) > 1) d',
    );
    const done = await one(`select count(*)::int as n from fault_effect where key like 'delayed %'`);
    holds('nothing is done early', early === 0 && done === DELAYED);
    holds('no slot is fired early', slotsEarly === 0);
    holds('no slot is fired twice', doubled === 0);
    measure('delayed', done);
    measure('slots', await one('select count(*)::int as n from schedule_fire'));
  });
});

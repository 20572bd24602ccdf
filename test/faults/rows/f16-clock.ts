import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { until } from '../../support/until.ts';
import { record } from '../support/fault-jobs.ts';
import { faultRow } from './row.ts';

const SCHEDULE = { name: 'minutely', cron: '* * * * *' };
const DELAYED = 50;

/** Workers whose clocks run ahead and behind, cron and queue included. */
export const clock = faultRow('F16', 'clocks off', async ({ size, onSystem, holds, measure }) => {
  const skewMs = size === 'small' ? 20_000 : 300_000;
  await onSystem({}, async (system) => {
    const one = async (sql: string, values: unknown[] = []) => (await system.outside.query(sql, values)).rows[0]?.n;
    await system.outside.query(
      `insert into schedule_fire (name, slot) values ($1, date_trunc('minute', now()) - interval '10 minutes')`,
      [SCHEDULE.name],
    );
    await Promise.all(
      [skewMs, -skewMs].map((clockSkewMs) =>
        system.startWorker({ clockSkewMs, roles: ['relay', 'scheduler'], schedules: [SCHEDULE] }),
      ),
    );
    const due = Temporal.Instant.from(
      await one(
        `select to_char(now() at time zone 'UTC' + interval '3 seconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as n`,
      ),
    );
    await system.database.transaction({ userId: null }, async (tx) => {
      for (let n = 0; n < DELAYED; n += 1) enqueue(tx, record, { key: `delayed ${n}` }, { dueAt: due });
    });
    const ticked = `select count(*)::int as n from schedule_fire where slot > $1`;
    // The clock that runs ahead ticks so much before a slot; that one and the next are fired by ticks, not caught up.
    await until('two slots are fired by ticks', async () => (await one(ticked, [`${due}`])) >= 2, skewMs + 190_000);
    await system.quiet(30_000);

    const delayed = `select count(*)::int as n from fault_effect where key like 'delayed %'`;
    holds(
      'nothing is done early',
      (await one(`${delayed} and at < $1::timestamptz - interval '1 second'`, [`${due}`])) === 0,
    );
    holds('all of it is done', (await one(delayed)) === DELAYED);
    holds(
      'no slot is fired early',
      (await one(`select count(*)::int as n from schedule_fire where fired_at < slot - interval '1 second'`)) === 0,
    );
    holds(
      'no slot is fired twice',
      (await one(
        'select count(*)::int as n from (select from fault_effect group by key having count(*) > 1) twice',
      )) === 0,
    );
    measure('skew s', skewMs / 1_000);
    measure('slots', await one('select count(*)::int as n from schedule_fire'));
    measure(
      'latest slot after s',
      await one('select max(extract(epoch from fired_at - slot))::float8 as n from schedule_fire where slot > $1', [
        `${due}`,
      ]),
    );
  });
});

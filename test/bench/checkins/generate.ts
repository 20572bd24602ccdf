import { Client } from 'pg';

/** How many people there are, over how many months they have checked in, and how many check-ins that is in all. */
export type Population = { people: number; months: number; checkins: number };

/** The month after the last one that holds check-ins. */
export const END = '2026-11-01T00:00:00Z';
const ALL_MONTHS = `select generate_series(date '2000-01-01', date '2026-10-01', interval '1 month')::date`;

/** Somebody's id by their number. */
export const personId = (n: number): string => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

/**
 * Makes the rows in the database, in the order in which life makes them: everybody's turn comes again and again, so that
 * no two of a person's rows lie side by side. Every month since 2000 has its partition, as if somebody had imported that far.
 *
 * References are not checked and the indexes of `activity` made at the end; the rows are those that the api would write.
 */
export async function generate(url: string, population: Population, onStep: (step: string) => void): Promise<void> {
  const clients = await Promise.all([connected(url), connected(url)]);
  const [client] = clients;
  try {
    await client.query(ACCOUNTS, [population.people]);
    await client.query(`select checkin_ensure_months(array(${ALL_MONTHS}))`);
    const restore = await withoutIndexes(client, 'activity');
    const perMonth = Math.ceil(population.checkins / population.months);
    const months = Array.from({ length: population.months }, (_, back) => population.months - back);
    let made = 0;
    await Promise.all(
      clients.map(async (each) => {
        for (let back = months.shift(); back !== undefined; back = months.shift()) {
          await each.query(monthOf(back, perMonth, population.people));
          made += perMonth;
          onStep(`${made.toLocaleString('en-GB')} check-ins made`);
        }
      }),
    );
    onStep('indexes of activity');
    await Promise.all(restore.map((statement, at) => clients[at % clients.length]?.query(statement)));
    onStep('vacuum');
    await client.query('vacuum (analyze) activity');
    await client.query('vacuum (analyze) checkin');
  } finally {
    await Promise.all(clients.map((each) => each.end()));
  }
}

/** Keeps one trend of a year for everybody, as computed after their last check-in. */
export async function keepTrends(url: string, trends: unknown): Promise<void> {
  const client = await connected(url);
  try {
    await client.query(KEEP, [JSON.stringify({ trends })]);
    await client.query('vacuum (analyze) trend_result');
    // On the disk, all of it: what is measured then is not what a load leaves behind.
    for (const statement of ['alter system set fsync = on', 'select pg_reload_conf()', 'checkpoint'])
      await client.query(statement);
  } finally {
    await client.end();
  }
}

const KEEP = `
  insert into trend_result (user_id, window_days, answer, checkins, computed_at)
  select user_id, '365', $1::jsonb, count(*), '${END}' from activity group by user_id`;

async function connected(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query(`set session_replication_role = replica; set maintenance_work_mem = '2GB'; set jit = off`);
  return client;
}

/** Drops a table's indexes; gives back the statements that make them again. */
async function withoutIndexes(client: Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string; index: string; constraint: string | null }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as index,
            (select pg_get_constraintdef(oid) from pg_constraint where conindid = indexrelid and contype = 'p') as constraint
     from pg_index where indrelid = $1::regclass`,
    [table],
  );
  for (const { name, constraint } of rows)
    await client.query(constraint ? `alter table ${table} drop constraint ${name}` : `drop index ${name}`);
  return rows.map(({ name, index, constraint }) =>
    constraint ? `alter table ${table} add constraint ${name} ${constraint}` : index,
  );
}

const ID = (n: string) => `('00000000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;

const ACCOUNTS = `
  insert into account (id, email, email_normalized, password_hash, status, time_zone, encryption_key_salt, created_at, verified_at)
  select ${ID('n')}, n || '@example.org', n || '@example.org', 'none', 'active', 'Europe/Madrid', 'c2FsdHNhbHQ=', now(), now()
  from generate_series(0, $1 - 1) as n`;

/** One month of everybody, so many months before the end. Without texts, which SQL cannot seal. */
const monthOf = (back: number, rows: number, people: number): string => {
  const from = `(timestamptz '${END}' - interval '${back} months')`;
  return `
    with felt as (
      insert into checkin (id, user_id, emotion_type_id, intensity, occurred_at, time_zone, local_date, received_at)
      select uuidv7(), ${ID(`(n % ${people})::int`)}, 1 + n % 12, 1 + n % 10, at, 'Europe/Madrid',
             (at at time zone 'Europe/Madrid' - interval '3 hours')::date, at
      from generate_series(0, ${rows - 1}) as n,
           lateral (select date_trunc('milliseconds', ${from} + n * ((${from} + interval '1 month' - ${from}) / ${rows})) as at) as when_felt
      returning id, user_id, occurred_at, time_zone, local_date, received_at
    )
    insert into activity (user_id, kind, source_id, occurred_at, time_zone, local_date, received_at, counts)
    select user_id, 'checkin', id, occurred_at, time_zone, local_date, received_at, true from felt`;
};

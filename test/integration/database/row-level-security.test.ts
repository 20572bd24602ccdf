import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { type Database, openDatabase } from '../../../shared/platform/database/database.ts';
import { sqlStateOf } from '../../../shared/platform/database/errors.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { oneRowEach } from './one-row-each.ts';

let fresh: FreshDatabase;
let outside: Client;
let api: Database;
let worker: Database;
let ada: UserId;
let ben: UserId;
/** Tables that hold people's rows, with the column that says whose. */
let tables: { name: string; column: string }[];

const open = (url: string) =>
  openDatabase({
    url,
    applicationName: 'test',
    maxConnections: 1,
    queryTimeoutMs: 10_000,
    connectTimeoutMs: 5_000,
    tls: false,
  });

beforeAll(async () => {
  fresh = await freshDatabase();
  outside = new Client({ connectionString: fresh.superuserUrl });
  await outside.connect();
  [api, worker] = await Promise.all([open(fresh.urls.api), open(fresh.urls.worker)]);
  ada = await oneRowEach(outside);
  ben = await oneRowEach(outside);
  tables = await rows(`
    select c.relname as name, a.attname as column
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and a.atttypid = 'uuid'::regtype and (a.attname in ('user_id', 'subject') or c.relname = 'account' and a.attname = 'id')
    order by 1`);
});
afterAll(async () => {
  await Promise.all([api?.close(), worker?.close(), outside?.end()]);
  await fresh?.drop();
});

const rows = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
  (await outside.query(sql, values)).rows;

/** The same question to each of the tables, as an answer by name. */
async function ofEach<Answer>(ask: (table: { name: string; column: string }) => Promise<Answer>) {
  const answers: Record<string, Answer> = {};
  for (const table of tables) answers[table.name] = await ask(table);
  return answers;
}
const all = <Answer>(answer: Answer) => Object.fromEntries(tables.map(({ name }) => [name, answer]));

/** Workers run everybody's jobs, and the ledger's rows hold nothing but ids. */
const LEDGER = new Set(['job', 'job_done']);

describe('every table with people’s rows', () => {
  it('is known to this test, and holds a row of each of the two people it plays with', async () => {
    expect(tables.length).toBeGreaterThan(20);
    const counted = await ofEach(async ({ name, column }) =>
      Number(
        (await rows<{ n: number }>(`select count(*) as n from ${name} where ${column} = any($1)`, [[ada, ben]]))[0]?.n,
      ),
    );
    expect(counted).toEqual(all(2));
  });

  it('forces row-level security, on its owner too', async () => {
    const unforced = await rows(
      `select relname from pg_class where relname = any($1) and relnamespace = 'public'::regnamespace
         and not (relrowsecurity and relforcerowsecurity)`,
      [tables.map(({ name }) => name)],
    );
    expect(unforced).toEqual([]);
  });

  it('checks reads and writes against the transaction’s user, for whoever signs in', async () => {
    const policies = await rows<{ tablename: string; roles: string; qual: string; with_check: string | null }>(
      `select tablename, array_to_string(roles, ',') as roles, qual, with_check from pg_policies
       where schemaname = 'public' and roles && array['app_api', 'app_worker']::name[]`,
    );
    const ownRowsOnly = policies.filter(
      ({ qual, with_check }) => /app\.user_id/.test(qual) && with_check !== null && /app\.user_id/.test(with_check),
    );
    const others = policies.filter((policy) => !ownRowsOnly.includes(policy));
    expect(others.map(({ tablename, roles }) => `${tablename} ${roles}`).sort()).toEqual([
      'audit app_api,app_worker',
      'job app_worker',
      'job_done app_worker',
    ]);
    expect(new Set(ownRowsOnly.map(({ tablename }) => tablename))).toEqual(new Set(tables.map(({ name }) => name)));
  });

  it('is bound so for every command and every run-time role that may touch it', async () => {
    const loose = await rows(
      `select c.relname, r.rolname from pg_class c cross join pg_roles r
       where c.relnamespace = 'public'::regnamespace and c.relname = any($1) and r.rolname in ('app_api', 'app_worker')
         and has_table_privilege(r.oid, c.oid, 'select, insert, update, delete')
         and not exists (select from pg_policy where polrelid = c.oid and polcmd = '*' and r.oid = any(polroles))
       order by 1, 2`,
      [tables.map(({ name }) => name)],
    );
    expect(loose).toEqual([]);
  });

  it('is every table that refers to an account', async () => {
    const others = await rows<{ name: string }>(
      `select distinct relname as name
       from pg_constraint join pg_class c on c.oid = conrelid
       where contype = 'f' and confrelid = 'public.account'::regclass and not relispartition and not relname = any($1)`,
      [tables.map(({ name }) => name)],
    );
    expect(others).toEqual([]);
  });

  it('is closed to whoever would read a partition past it', async () => {
    const partitions = await rows<{ name: string; forced: boolean; open: boolean }>(`
      select relname as name, relrowsecurity and relforcerowsecurity as forced,
             exists (select from pg_roles r where r.rolname in ('app_api', 'app_worker', 'planner')
                     and has_table_privilege(r.oid, c.oid, 'select, insert, update, delete')) as open
      from pg_class c join pg_inherits on inhrelid = c.oid where inhparent = 'checkin'::regclass`);
    expect(partitions.length).toBeGreaterThan(3);
    expect(partitions.filter(({ forced, open }) => !forced || open)).toEqual([]);
  });

  it('cannot be emptied as a whole, nor watched or referred to by a run-time role', async () => {
    const open = await rows(
      `select c.relname, r.rolname from pg_class c cross join pg_roles r
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
         and r.rolname in ('app_api', 'app_worker', 'planner')
         and has_table_privilege(r.oid, c.oid, 'truncate, trigger, references')`,
    );
    expect(open).toEqual([]);
  });

  it('lets past that only the planner, which nobody signs in as', async () => {
    const others = await rows(
      `select tablename, policyname from pg_policies where schemaname = 'public'
         and not roles <@ array['app_api', 'app_worker']::name[] and roles <> array['planner']::name[]`,
    );
    expect(others).toEqual([]);
    expect(await rows(`select rolcanlogin from pg_roles where rolname = 'planner'`)).toEqual([{ rolcanlogin: false }]);
  });

  it('cannot be got around through a partition', async () => {
    const open = await rows(
      `select c.relname, r.rolname from pg_class c, pg_roles r
       where c.relispartition and c.relkind = 'r' and r.rolname in ('app_api', 'app_worker', 'planner')
         and has_table_privilege(r.rolname, c.oid, 'select, insert, update, delete, truncate')`,
    );
    expect(open).toEqual([]);
  });
});

describe.each(['api', 'worker'] as const)('a connection of the %s', (role) => {
  const database = () => (role === 'api' ? api : worker);
  const may = async (name: string, privilege: string) =>
    (await rows<{ may: boolean }>(`select has_table_privilege($1, $2, $3) as may`, [`app_${role}`, name, privilege]))[0]
      ?.may;

  /** How many rows of `whose` it sees while it works for `user`; null where it may not look at all. */
  const seen = (user: UserId | null, whose: UserId) =>
    ofEach(async ({ name, column }) => {
      if (!(await may(name, 'select'))) return null;
      const found = await database().transaction({ userId: user }, (tx) =>
        tx.query(`select 1 from ${name} where ${column} = $1`, [whose]),
      );
      return found.length;
    });
  const permitted = async (answer: number) => ofEach(async ({ name }) => ((await may(name, 'select')) ? answer : null));
  const ledger = (answer: number) => (role === 'worker' ? { job: answer, job_done: answer } : {});

  it('belongs to a role that row-level security binds', async () => {
    const [live] = await database().query(
      'select current_user as name, rolsuper, rolbypassrls from pg_roles where rolname = current_user',
    );
    expect(live).toEqual({ name: `app_${role}`, rolsuper: false, rolbypassrls: false });
  });

  it('sees nobody’s rows without a user', async () => {
    expect(await seen(null, ada)).toEqual({ ...(await permitted(0)), ...ledger(1) });
  });

  it('sees its user’s rows', async () => {
    expect(await seen(ada, ada)).toEqual(await permitted(1));
  });

  it('sees no other user’s rows', async () => {
    expect(await seen(ada, ben)).toEqual({ ...(await permitted(0)), ...ledger(1) });
  });

  it('cannot insert a row for another user', async () => {
    const refused = await ofEach(async ({ name, column }) => {
      if (role === 'worker' && LEDGER.has(name)) return '42501';
      const [row] = await rows<{ row: unknown }>(`select to_jsonb(t) as row from ${name} t where ${column} = $1`, [
        ben,
      ]);
      return database()
        .transaction({ userId: ada }, (tx) =>
          tx.query(`insert into ${name} select * from jsonb_populate_record(null::${name}, $1)`, [
            JSON.stringify(row?.row),
          ]),
        )
        .then(() => 'inserted', sqlStateOf);
    });
    expect(refused).toEqual(all('42501'));
  });

  it('changes and deletes no other user’s rows', async () => {
    const changed = await ofEach(async ({ name, column }) => {
      if (role === 'worker' && LEDGER.has(name)) return 0;
      const attempt = (sql: string) =>
        database()
          .transaction({ userId: ada }, async (tx) => (await tx.query(sql, [ben])).length)
          .catch((error: unknown) => (sqlStateOf(error) === '42501' ? 0 : sqlStateOf(error)));
      const updated = await attempt(`update ${name} set ${column} = ${column} where ${column} = $1 returning 1`);
      const deleted = await attempt(`delete from ${name} where ${column} = $1 returning 1`);
      return updated === 0 ? deleted : updated;
    });
    expect(changed).toEqual(all(0));
  });

  it('cannot give its user’s rows away', async () => {
    const given = await ofEach(async ({ name, column }) => {
      if (!(await may(name, 'update')) || (role === 'worker' && LEDGER.has(name))) return '42501';
      return database()
        .transaction({ userId: ada }, (tx) =>
          tx.query(`update ${name} set ${column} = $1 where ${column} = $2`, [ben, ada]),
        )
        .then(() => 'given', sqlStateOf);
    });
    expect(given).toEqual(all('42501'));
  });

  it('forgets its user with the transaction, however that ends', async () => {
    const remembered = async () => {
      const [row] = await database().query<{ user: string | null }>(
        `select current_setting('app.user_id', true) as user`,
      );
      return row?.user || null;
    };
    await database().transaction({ userId: ada }, (tx) => tx.query('select 1'));
    expect(await remembered()).toBeNull();

    await expect(database().transaction({ userId: ada }, (tx) => tx.query('select 1/0'))).rejects.toThrow(/division/);
    expect(await remembered()).toBeNull();

    const controller = new AbortController();
    const work = database().transaction({ userId: ada, signal: controller.signal }, async (tx) => {
      controller.abort();
      await tx.query('select 1');
    });
    await expect(work).rejects.toThrow();
    expect(await remembered()).toBeNull();

    await database().transaction({ userId: null }, (tx) =>
      tx.query(`select set_config('app.user_id', $1, true)`, [ada]),
    );
    expect(await remembered()).toBeNull();
  });
});

import { ConfigError } from '../config/index.ts';
import { isAppError, transient } from '../errors.ts';
import type { Database } from './database.ts';
import { sqlStateOf } from './errors.ts';

export type DatabaseNeeds = {
  /** The role of `roles.ts` whose rights the process needs. */
  role: 'app_api' | 'app_worker';
  /** Whether the queue's own tables must be there too. */
  queue: boolean;
};

/**
 * Whether a process can do its work on the database it was told of. Throws a `ConfigError` for what only somebody can
 * mend, and a transient error where the database is merely away.
 */
export async function checkDatabase(database: Database, { role, queue }: DatabaseNeeds): Promise<void> {
  const { host, pathname } = new URL(database.url);
  const where = `${host}${pathname}`;
  const [found] = await database.query<Found>(LOOK, [role]).catch((cause: unknown) => {
    if (isAppError(cause))
      throw transient(cause.code, `The database at ${where} cannot be reached.`, { cause: cause.cause });
    if (REFUSED.test(sqlStateOf(cause) ?? ''))
      throw new ConfigError([`DATABASE_URL is refused by ${where}: ${(cause as Error).message}`]);
    throw cause;
  });
  if (!found) throw new TypeError('A role that has signed in is not in pg_roles.');
  const problems: [boolean, string][] = [
    [found.unbound, `DATABASE_URL signs in as ${found.name}, whom row-level security does not bind: use ${role}`],
    [!found.unbound && !found.has_role, `DATABASE_URL signs in as ${found.name}, which is not ${role}`],
    [!found.has_schema, `DATABASE_URL names ${where}, which has no tables of ours yet: run npm run db -- up`],
    [
      found.has_schema && queue && !found.has_queue,
      `DATABASE_URL names ${where}, which has no tables for the queue: run npm run db -- up, or set QUEUE_BACKEND=redis`,
    ],
  ];
  const actual = problems.filter(([isProblem]) => isProblem).map(([, problem]) => problem);
  if (actual.length > 0) throw new ConfigError(actual);
}

/** SQLSTATEs of a refused sign-in and of a database that does not exist. */
const REFUSED = /^(28|3D)/;

type Found = { name: string; unbound: boolean; has_role: boolean; has_schema: boolean; has_queue: boolean };
const LOOK = `
  select rolname as name, rolsuper or rolbypassrls as unbound,
         coalesce((select pg_has_role(current_user, oid, 'usage') from pg_roles where rolname = $1), false) as has_role,
         to_regclass('public.job') is not null as has_schema,
         to_regnamespace('bullmq') is not null as has_queue
  from pg_roles where rolname = current_user`;

import { type EntityManager, MikroORM, type Options } from '@mikro-orm/postgresql';
import { Kysely, PostgresDialect } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { unlessAborted } from '../abort.ts';
import { transient } from '../errors.ts';
import type { UserId } from '../ids.ts';
import { noProbe, type Probe } from '../probe.ts';
import { type Announcer, createAnnouncer } from './announcer.ts';
import { databaseError } from './errors.ts';
import { joinWrites } from './joined-writes.ts';
import { nameStatement, PLANNED_ONCE } from './statements.ts';

/**
 * One transaction under one user's row-level security context.
 *
 * `query` runs a named prepared statement; `em` is MikroORM on the same connection, made when first touched and
 * flushed before the commit. Statements handed to `atCommit` travel in one network round trip with the COMMIT: one
 * that fails turns that COMMIT into a rollback.
 */
export type Transaction = {
  readonly em: EntityManager;
  readonly userId: UserId | null;
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs after the work and the flush, before the commit; may still query. */
  beforeCommit(hook: () => Promise<void> | void): void;
  atCommit(text: string, values?: readonly unknown[]): void;
  /** Runs after a successful COMMIT, and only then: for what cannot be taken back, like counting. It must not fail. */
  afterCommit(hook: () => void): void;
  /** Once committed, tells listeners of `channel` about `topic`; soon after, never inside the transaction. */
  announce(topic: string, channel?: string): void;
};

export type TransactionOptions = {
  /** Whose rows may be seen and written; `null` sees no user's rows. */
  userId: UserId | null;
  /**
   * PostgreSQL refuses to write, and the transaction to do anything at its end. The result is there before the COMMIT is
   * answered, a round trip earlier: nothing hangs on it.
   */
  readOnly?: boolean;
  /**
   * Abandons the work when it aborts: rolls back at once and gives the connection up, so that statements of work that goes
   * on regardless can never run in somebody else's transaction. A commit under way is not interrupted.
   */
  signal?: AbortSignal;
};

export type Database = {
  transaction<Result>(options: TransactionOptions, work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** One statement in its own implicit transaction, outside any user's context. */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Tells listeners of `channel` soon about what has been committed already. */
  announce(topic: string, channel: string): void;
  readonly pool: Pool;
  readonly url: string;
  close(): Promise<void>;
};

/** Where committed work is announced; the message is a comma-separated list of topics. */
export const WORK_CHANNEL = 'amira_work';

export type DatabaseOptions = {
  url: string;
  applicationName: string;
  maxConnections: number;
  /** Milliseconds after which a statement is given up and its connection dropped. */
  queryTimeoutMs: number;
  /** Milliseconds to wait for a connection. */
  connectTimeoutMs: number;
  tls: boolean;
  entities?: Options['entities'];
  probe?: Probe;
};

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const orm = await MikroORM.init({
    clientUrl: options.url,
    entities: options.entities ?? [],
    discovery: { warnWhenNoEntities: false },
    ensureDatabase: false,
    driverOptions: {
      max: options.maxConnections,
      application_name: options.applicationName,
      connectionTimeoutMillis: options.connectTimeoutMs,
      query_timeout: options.queryTimeoutMs,
      keepAlive: true,
      options: PLANNED_ONCE,
      // Statements sent without waiting share one round trip; PostgreSQL still runs and answers them one by one.
      pipeline: true,
      ...(options.tls ? { ssl: { rejectUnauthorized: true } } : {}),
    },
  });
  const pool = await orm.em.getConnection().getNativeClient();
  joinWrites(pool);
  const probe = options.probe ?? noProbe;
  const announcers = new Map<string, Announcer>();
  const announce: Announce = (channel, topics) => {
    const announcer =
      announcers.get(channel) ??
      createAnnouncer(async (payload) => {
        probe('announce.before');
        await pool.query('select pg_notify($1, $2)', [channel, payload]);
        probe('announce.after');
      });
    announcers.set(channel, announcer);
    announcer.announce(topics);
  };

  return {
    pool,
    url: options.url,
    async close() {
      await orm.close(true);
      // MikroORM ends a pool only if it has itself used it.
      if (!pool.ended) await pool.end();
    },
    query: async <Row>(text: string, values: readonly unknown[] = []) => {
      try {
        return (await pool.query({ name: nameStatement(text), text, values: [...values] })).rows as Row[];
      } catch (error) {
        throw databaseError(error);
      }
    },
    announce: (topic, channel) => announce(channel, [topic]),
    transaction: (transactionOptions, work) => runTransaction({ orm, pool, announce, probe }, transactionOptions, work),
  };
}

type Announce = (channel: string, topics: Iterable<string>) => void;

async function runTransaction<Result>(
  { orm, pool, announce, probe }: { orm: MikroORM; pool: Pool; announce: Announce; probe: Probe },
  { userId, readOnly = false, signal }: TransactionOptions,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = await connect(pool);
  const beforeCommit: (() => Promise<void> | void)[] = [];
  const afterCommit: (() => void)[] = [];
  const announced = new Map<string, Set<string>>();
  const atCommit: { text: string; values: readonly unknown[] }[] = [];
  const query = async <Row>(text: string, values: readonly unknown[] = []) =>
    (await client.query({ name: nameStatement(text), text, values: [...values] })).rows as Row[];
  let em: EntityManager | undefined;
  const writing = <Hook extends (...given: never[]) => void>(hook: Hook): Hook =>
    (readOnly ? refuseToWrite : hook) as Hook;

  // Not awaited: it shares its round trip with the work's first statement, which fails too should this one fail.
  const begun = client.query(beginStatement(userId, readOnly));
  begun.catch(() => {});
  let result: Result;
  try {
    const working = work({
      userId,
      query,
      get em() {
        em ??= entityManagerOn(orm, client);
        return em;
      },
      beforeCommit: writing((hook) => void beforeCommit.push(hook)),
      atCommit: writing((text, values = []) => void atCommit.push({ text, values })),
      afterCommit: writing((hook) => void afterCommit.push(hook)),
      announce: writing((topic, channel = WORK_CHANNEL) => {
        const topics = announced.get(channel);
        if (topics) topics.add(topic);
        else announced.set(channel, new Set([topic]));
      }),
    });
    result = await (signal ? unlessAborted(working, signal) : working);
    await em?.flush();
    if (readOnly) {
      void releaseAfter(client.query('commit'), client);
      return result;
    }
    for (const hook of beforeCommit) await hook();
    probe('commit.before');
    const last = atCommit.map(({ text, values }) => query(text, values));
    const [ended] = await Promise.all([client.query('commit'), begun, ...last]);
    // PostgreSQL answers the COMMIT of a failed transaction with ROLLBACK, and no error.
    if (ended.command !== 'COMMIT') throw transient('transaction_aborted', 'A failed statement was passed over.');
    client.release();
    probe('commit.after');
    for (const [channel, topics] of announced) announce(channel, topics);
  } catch (error) {
    if (signal?.aborted) {
      client.release(true);
      throw error;
    }
    const first = await begun.then(() => error).catch((cause: unknown) => cause);
    await releaseAfter(client.query('rollback'), client);
    throw databaseError(first);
  }
  for (const hook of afterCommit) hook();
  return result;
}

const refuseToWrite = (): never => {
  throw new TypeError('a read-only transaction does nothing at its end');
};

/** A connection that did not answer the end of its transaction is not used again. */
const releaseAfter = (ended: Promise<unknown>, client: PoolClient): Promise<void> =>
  ended.then(
    () => client.release(),
    () => client.release(true),
  );

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw databaseError(error);
  }
}

const UUID = /^[0-9a-f-]{36}$/i;

/** BEGIN and the context in one message. The id is checked because the simple protocol takes no parameters. */
function beginStatement(userId: UserId | null, readOnly: boolean): string {
  if (userId !== null && !UUID.test(userId)) throw new TypeError('a user id is a UUID');
  const begin = readOnly ? 'begin read only' : 'begin';
  return userId === null ? begin : `${begin}; set local app.user_id = '${userId}'`;
}

const executors = new WeakMap<PoolClient, Kysely<unknown>>();

/** MikroORM bound to a connection whose transaction we began ourselves; it never begins or commits one of its own. */
function entityManagerOn(orm: MikroORM, client: PoolClient): EntityManager {
  let executor = executors.get(client);
  if (!executor) {
    const borrowed = { query: client.query.bind(client), release: () => {} } as unknown as PoolClient;
    const pool = { connect: async () => borrowed, end: async () => {}, options: {} };
    executor = new Kysely({ dialect: new PostgresDialect({ pool }) });
    executors.set(client, executor);
  }
  const em = orm.em.fork();
  em.setTransactionContext(executor);
  return em as EntityManager;
}

import { accountEntities } from '../../../shared/accounts/index.ts';
import {
  type Checkin,
  filterCheckins,
  findCheckin,
  listCheckins,
  readDistribution,
  readMoods,
  readTrend,
  type TrendAnswer,
} from '../../../shared/emotions/index.ts';
import { analyseTrend } from '../../../shared/emotions/trend-analysis.ts';
import { datesOf } from '../../../shared/emotions/trend-window.ts';
import { migrateUp } from '../../../shared/migrate.ts';
import { stopwatch } from '../../../shared/platform/clock.ts';
import { type Database, openDatabase, type Transaction } from '../../../shared/platform/database/database.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import { seededRandom } from '../../../shared/platform/random.ts';
import type { UserCipher } from '../../../shared/privacy/index.ts';
import { percentile } from '../../faults/support/percentile.ts';
import { startPostgres } from '../../support/embedded/postgres.ts';
import { testUserKeys } from '../../support/sealed.ts';
import type { Bench, Measured } from '../bench.ts';
import { END, generate, keepTrends, type Population, personId } from './generate.ts';

const DATABASE = 'checkins';
/** Milliseconds that a question about one person's year may take. */
const PROMISED_MS = 20;
const NOW = Temporal.Instant.from(END);
const YEAR = { from: NOW.subtract({ hours: 24 * 365 }), to: NOW };

/**
 * What is asked about one of many people, as the api asks it: in a transaction of the person's, under row-level security.
 * Each question goes to people drawn at random, whose rows lie scattered over a table far larger than PostgreSQL's own memory,
 * and then to the same person again: the difference is what reading from the disk took. A route never reads more than 100 whole
 * rows at a time; a year of them in one statement has its bar only where they need not be read from the disk.
 */
export const checkinsBench: Bench = async ({ quick, onStep }) => {
  const population: Population = quick
    ? { people: 100, months: 24, checkins: 80_000 }
    : { people: 25_000, months: 60, checkins: 50_000_000 };
  const postgres = await startPostgres({ durable: false, settings: GENERATING });
  try {
    await postgres.createDatabase(DATABASE);
    const urls = postgres.urls(DATABASE);
    await migrateUp({ url: urls.owner, tls: false });
    const superuserUrl = postgres.superuserUrlOf(DATABASE);
    await generate(superuserUrl, population, onStep);
    const database = await openDatabase({
      ...{ url: urls.api, applicationName: 'bench', maxConnections: 1, tls: false, entities: accountEntities },
      ...{ queryTimeoutMs: 60_000, connectTimeoutMs: 5_000 },
    });
    try {
      onStep('a trend kept for everybody');
      await keepTrends(superuserUrl, await someTrend(database));
      return await measure(database, population, quick ? 20 : 500, onStep);
    } finally {
      await database.close();
    }
  } finally {
    await postgres.stop();
  }
};

/** Nothing here outlives the server. The rest is PostgreSQL's own, `shared_buffers` of 128 MB too. */
const GENERATING = { wal_level: 'minimal', max_wal_senders: '0', max_wal_size: '8GB', autovacuum: 'off' };

/** What is said of the first person's year: everybody's rows say about the same. */
async function someTrend(database: Database): Promise<TrendAnswer> {
  const userId = personId(0) as UserId;
  const history = await database.transaction({ userId, readOnly: true }, (tx) => readMoods(tx, userId));
  if (!history) throw new Error('the first person has an account');
  return analyseTrend(history.moods, datesOf(365, history.place, NOW));
}

async function measure(
  database: Database,
  population: Population,
  asked: number,
  onStep: (step: string) => void,
): Promise<Measured> {
  const measured: Measured = { subjects: {}, ratios: {}, bars: [] };
  const random = seededRandom(7);
  const keys = testUserKeys(database);
  for (const [question, { ask, bars }] of Object.entries(QUESTIONS)) {
    onStep(question);
    const [first, again]: [number[], number[]] = [[], []];
    const rows: number[] = [];
    for (let n = -WARM_UP; n < asked; n += 1) {
      const userId = personId(Math.floor(random() * population.people)) as UserId;
      const cipher = await keys.cipherOf(userId);
      const timed = async (times: number[]) => {
        const elapsed = stopwatch();
        const found = await database.transaction({ userId, readOnly: true }, (tx) => ask(tx, userId, cipher));
        if (n >= 0) times.push(elapsed());
        return found;
      };
      await timed(first);
      rows.push(await timed(again));
    }
    const [p99, p99Again] = [percentile(first, 0.99), percentile(again, 0.99)];
    measured.subjects[question] = {
      rows: percentile(rows, 0.5),
      p50Ms: percentile(first, 0.5),
      p99Ms: p99,
      againP50Ms: percentile(again, 0.5),
      againP99Ms: p99Again,
    };
    const promise = (what: string, value: number) =>
      measured.bars.push({ what: `${question}, ${what}, ms`, value, atMost: PROMISED_MS });
    if (bars === 'both') promise('p99', p99);
    if (bars !== 'none') promise('asked again, p99', p99Again);
  }
  await showPlan(database, personId(0) as UserId, onStep);
  return measured;
}

/** A connection plans each statement once; its first question pays for that. */
const WARM_UP = 3;

/** Gives back how many rows it was answered with. */
type Ask = (tx: Transaction, userId: UserId, cipher: UserCipher) => Promise<number>;

const QUESTIONS: Record<string, { ask: Ask; bars: 'both' | 'again' | 'none' }> = {
  'a year, every row in one statement': {
    ask: async (tx, userId) => (await tx.query(A_YEAR, yearOf(userId))).length,
    bars: 'again',
  },
  'a year, distribution': {
    ask: async (tx, userId) => (await readDistribution(tx, userId, 365, NOW)).n,
    bars: 'both',
  },
  'a year, first page of a filter': {
    ask: async (tx, userId, cipher) => {
      const filter = { ...YEAR, emotionTypeIds: [1, 2, 3], minIntensity: 3 };
      const page = await filterCheckins(tx, userId, cipher, filter, { limit: 100, after: undefined });
      return page.items.length;
    },
    bars: 'both',
  },
  'newest 100': {
    ask: async (tx, userId, cipher) => (await newest(tx, userId, cipher)).length,
    bars: 'both',
  },
  'newest 100, then the oldest of them by its id': {
    ask: async (tx, userId, cipher) => {
      const last = (await newest(tx, userId, cipher)).at(-1);
      return last && (await findCheckin(tx, userId, cipher, last.id)) ? 1 : 0;
    },
    bars: 'both',
  },
  'a trend that was kept': {
    ask: async (tx, userId) => ((await readTrend(tx, userId, 365, NOW))?.isCurrent ? 1 : 0),
    bars: 'both',
  },
  'all there is, as it is analysed': {
    ask: async (tx, userId) => (await readMoods(tx, userId))?.moods.length ?? 0,
    bars: 'none',
  },
};

const newest = (tx: Transaction, userId: UserId, cipher: UserCipher): Promise<Checkin[]> =>
  listCheckins(tx, userId, cipher, { limit: 100 });

const A_YEAR = `
  select * from checkin where user_id = $1 and occurred_at >= $2 and occurred_at < $3 order by occurred_at desc, id desc`;
const yearOf = (userId: UserId) => [userId, YEAR.from.toString(), YEAR.to.toString()];

/** As a connection of ours plans it: once, for everybody. */
async function showPlan(database: Database, userId: UserId, onStep: (step: string) => void): Promise<void> {
  const values = yearOf(userId).map((value) => `'${value}'`);
  const plan = await database.transaction({ userId, readOnly: true }, async (tx) => {
    await tx.query(`prepare a_year (uuid, timestamptz, timestamptz) as ${A_YEAR}`);
    return tx.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, buffers, costs off, timing off) execute a_year (${values.join(', ')})`,
    );
  });
  for (const line of plan) onStep(line['QUERY PLAN']);
}

import { migrateUp } from '../../../shared/migrate.ts';
import { percentile } from '../../faults/support/percentile.ts';
import { sender } from '../../support/api/client.ts';
import { UNLIMITED } from '../../support/api/unlimited.ts';
import { startChild } from '../../support/embedded/child-process.ts';
import { startPostgres } from '../../support/embedded/postgres.ts';
import { distinguishability, type Pair } from '../../support/timing/auc.ts';
import { addKnownPeople } from '../../support/timing/known-people.ts';
import { timedPairs } from '../../support/timing/pairs.ts';
import { questions } from '../../support/timing/questions.ts';
import type { Bench, Measured } from '../bench.ts';

const PROMISED_AUC = 0.55;
const DATABASE = 'timing';

/**
 * Whether the time of an answer tells if an address is known: pairs of questions to a process of the API, interleaved,
 * and how well a known address can be told from an unknown one by the better of "longer" and "shorter".
 */
export const timingBench: Bench = async ({ quick, onStep }) => {
  const count = quick ? 50 : 2_000;
  const postgres = await startPostgres({ durable: true });
  await postgres.createDatabase(DATABASE);
  const urls = postgres.urls(DATABASE);
  await migrateUp({ url: urls.owner, tls: false });
  await addKnownPeople(postgres.superuserUrlOf(DATABASE), count);
  const api = await startChild({
    entry: 'api/main.ts',
    env: { ...SETTINGS, DATABASE_URL: urls.api },
    output: 'inherit',
  });
  try {
    const results: Measured = { subjects: {}, ratios: {}, bars: [] };
    for (const [name, question] of Object.entries(questions(sender(`http://127.0.0.1:${api.ports.port}`), count))) {
      onStep(`${name}: ${count} pairs`);
      const pairs = await timedPairs(count, question);
      const { auc, low, high } = distinguishability(pairs);
      results.subjects[name] = { ...medians(pairs), auc, aucLow95: low, aucHigh95: high };
      results.bars.push({ what: `AUC of ${name}`, value: auc, atMost: PROMISED_AUC });
    }
    return results;
  } finally {
    await api.end();
    await postgres.stop();
  }
};

const medians = (pairs: readonly Pair[]) => ({
  knownP50Ms: percentile(
    pairs.map(({ known }) => known),
    0.5,
  ),
  unknownP50Ms: percentile(
    pairs.map(({ unknown }) => unknown),
    0.5,
  ),
});

const SETTINGS = {
  APP_ENV: 'test',
  PORT: '0',
  OPS_PORT: '0',
  LOG_LEVEL: 'error',
  SECRET_KEY: 'a secret of the benches, long enough to be one',
  S3_BUCKET_NAME: 'none',
  RATE_LIMITS: UNLIMITED,
};

import { startPostgres } from '../../support/embedded/postgres.ts';
import { startRedis } from '../../support/embedded/redis.ts';
import type { Bench, Measured } from '../bench.ts';
import { graphileWorker } from './graphile-worker.ts';
import { ours } from './ours.ts';
import { pgBoss } from './pg-boss.ts';
import { rawBullMq } from './raw-bullmq.ts';
import { playRound, type Rates } from './round.ts';

const SUBJECTS = [
  ours('redis'),
  graphileWorker({ tuned: false }),
  ours('postgres'),
  graphileWorker({ tuned: true }),
  pgBoss,
  rawBullMq,
];

/** All subjects take turns, round by round, so that a busy moment of the machine meets each of them alike. */
export const ledgerBench: Bench = async ({ quick, onStep }) => {
  const { rounds, jobs } = quick ? { rounds: 1, jobs: 500 } : { rounds: 5, jobs: 5_000 };
  const postgres = await startPostgres({ durable: true });
  const redis = await startRedis();
  try {
    for (const [index, subject] of SUBJECTS.entries()) {
      await postgres.createDatabase(`subject_${index}`);
      await subject.prepare(postgres.urls(`subject_${index}`));
    }
    const rates = new Map<string, Rates[]>();
    // The first round warms up code and caches, and is not counted.
    for (let round = quick ? 1 : 0; round <= rounds; round += 1) {
      for (const [index, subject] of SUBJECTS.entries()) {
        const measured = await playRound({
          subject,
          postgres,
          redisUrl: redis.url,
          template: `subject_${index}`,
          database: `subject_${index}_round_${round}`,
          jobs: round === 0 ? 1_000 : jobs,
        });
        onStep(`round ${round} of ${rounds}: ${subject.name}: ${words(measured)}`);
        if (round > 0) rates.set(subject.name, [...(rates.get(subject.name) ?? []), measured]);
      }
    }
    return summary(rates);
  } finally {
    await redis.stop();
    await postgres.stop();
  }
};

const words = ({ produce, drain }: Rates) => `produce ${Math.round(produce)}/s, drain ${Math.round(drain)}/s`;

function summary(rates: ReadonlyMap<string, readonly Rates[]>): Measured {
  const of = (subject: string, metric: keyof Rates) => (rates.get(subject) ?? []).map((measured) => measured[metric]);
  // Round by round, because those two were measured moments apart.
  const against = (peer: string, metric: keyof Rates) => {
    const theirs = of(peer, metric);
    return median(of('ours (Redis)', metric).map((rate, round) => rate / (theirs[round] ?? Number.NaN)));
  };
  const ratios = {
    'produce vs graphile-worker': against('graphile-worker', 'produce'),
    'drain vs graphile-worker': against('graphile-worker', 'drain'),
    'drain vs graphile-worker tuned': against('graphile-worker tuned', 'drain'),
    'drain vs pg-boss': against('pg-boss', 'drain'),
  };
  return {
    subjects: Object.fromEntries(
      [...rates.keys()].map((subject) => [
        subject,
        { producedPerSecond: median(of(subject, 'produce')), drainedPerSecond: median(of(subject, 'drain')) },
      ]),
    ),
    ratios,
    bars: [
      { what: 'produce vs graphile-worker', value: ratios['produce vs graphile-worker'], atLeast: 2 },
      { what: 'drain vs graphile-worker', value: ratios['drain vs graphile-worker'], atLeast: 1 },
    ],
  };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

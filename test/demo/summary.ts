import Table from 'cli-table3';
import type { Phone } from '../support/phones/phone.ts';
import type { PoolView } from './metrics-reader.ts';
import type { Findings } from './verify.ts';

/** What happened, in one table: facts, jobs, verdicts, awards, pushes and times. */
export function summaryOf(options: {
  findings: Findings;
  phones: readonly Phone[];
  pools: readonly PoolView[];
  firstJobMs: number;
  totalMs: number;
  scaledOut: ReadonlyMap<string, number>;
}): string {
  const { findings, phones, pools, scaledOut } = options;
  const table = new Table({ style: { head: [], border: [] } });
  const journals = phones.reduce((sum, phone) => sum + phone.journals.length, 0);
  const done = pools.reduce((sum, pool) => sum + pool.done, 0);
  const failed = pools.reduce((sum, pool) => sum + pool.failed, 0);
  table.push(
    { phones: phones.length },
    { facts: `${findings.checkins} check-ins, ${journals} journals` },
    { jobs: `${done} done (${pools.map((pool) => `${pool.pool} ${pool.done}`).join(', ')})` },
    { retries: failed },
    {
      verdicts: [...findings.verdicts]
        .sort()
        .map(([verdict, count]) => `${count} ${verdict}`)
        .join(', '),
    },
    { awards: findings.awards },
    { pushes: `${findings.pushes.accepted} accepted, ${findings.pushes.refused} refused` },
    { 'check-in to accepted push': `p50 ${at(findings.pushTimes, 0.5)}, p99 ${at(findings.pushTimes, 0.99)}` },
    {
      'most workers at once':
        [...scaledOut].map(([pool, workers]) => `${pool} ${workers}`).join(', ') || '1 of each pool',
    },
    { 'first job done': `${(options.firstJobMs / 1_000).toFixed(1)} s after the start` },
    { 'all of it': `${(options.totalMs / 1_000).toFixed(1)} s` },
  );
  return table.toString();
}

const at = (times: readonly number[], share: number): string =>
  times.length === 0
    ? '–'
    : `${Math.round(times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0)} ms`;

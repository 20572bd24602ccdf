import { POOLS, type PoolName } from '../../shared/ledger/contract.ts';

/** One sample of `/metrics`. */
type Sample = { name: string; labels: Record<string, string>; value: number };

export type PoolView = {
  pool: PoolName;
  /** In a queue, or to be there as soon as it is due. */
  waiting: number;
  running: number;
  dead: number;
  retrying: number;
  done: number;
  failed: number;
  /** Cumulative histogram of waits: upper bound in seconds → jobs. */
  waits: Map<number, number>;
  workers: number;
  desired: number;
};

/** Whether nothing runs and nothing could: what waits for a later hour does not count. */
export async function isQuiet(opsUrl: string): Promise<boolean> {
  const samples = await readSamples(opsUrl);
  const busy = samples.filter(
    ({ name, labels }) =>
      name === 'amira_ledger_pending' ||
      (name === 'amira_pool_depth' && (labels['state'] === 'dispatched' || labels['state'] === 'running')),
  );
  return busy.length > 0 && busy.every(({ value }) => value === 0);
}

/** What the operator's `/metrics` says of every pool. */
export async function readPools(opsUrl: string): Promise<PoolView[]> {
  const samples = await readSamples(opsUrl);
  const sum = (name: string, labels: Record<string, string>) =>
    samples
      .filter(
        (sample) =>
          sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
      )
      .reduce((total, sample) => total + sample.value, 0);

  return POOLS.map((pool) => {
    const depth = (state: string) => sum('amira_pool_depth', { pool, state });
    const ended = (outcome: string) => sum('amira_job_run_seconds_count', { pool, outcome });
    const waits = new Map<number, number>();
    for (const { name, labels, value } of samples) {
      if (name !== 'amira_job_wait_seconds_bucket' || labels['pool'] !== pool) continue;
      const bound = labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le']);
      waits.set(bound, (waits.get(bound) ?? 0) + value);
    }
    return {
      pool,
      waiting: depth('pending') + depth('dispatched'),
      running: depth('running'),
      retrying: depth('retrying'),
      dead: depth('dead'),
      done: ended('done'),
      failed: ended('retrying') + ended('parked') + ended('dead'),
      waits,
      workers: sum('amira_pool_workers', { pool }),
      desired: sum('amira_pool_desired_workers', { pool }),
    };
  });
}

/** The wait that `share` of the jobs stayed under, in seconds: the upper bound of its bucket. */
export function quantile(waits: ReadonlyMap<number, number>, share: number): number | null {
  const bounds = [...waits.entries()].sort(([a], [b]) => a - b);
  const total = bounds.at(-1)?.[1] ?? 0;
  if (total === 0) return null;
  return bounds.find(([, count]) => count >= share * total)?.[0] ?? null;
}

const readSamples = async (opsUrl: string) => parse(await (await fetch(`${opsUrl}/metrics`)).text());

function parse(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)/i.exec(line) ?? [];
    if (name === undefined || value === undefined) return [];
    const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/gi)].map(([, key, text]) => [
      key ?? '',
      text ?? '',
    ]);
    return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }];
  });
}

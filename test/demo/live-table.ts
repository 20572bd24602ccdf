import Table from 'cli-table3';
import { type PoolView, quantile, readPools } from './metrics-reader.ts';

export type LiveTable = { stop(): Promise<void> };

const EVERY_MS = 1_000;

/** Draws the pools once a second, over the last drawing where the output is a terminal. */
export function showPools(opsUrl: string, output: NodeJS.WriteStream): LiveTable {
  let before: { at: number; done: Map<string, number> } | undefined;
  let drawn = 0;
  let stopped = false;

  const draw = async () => {
    const pools = await readPools(opsUrl).catch(() => undefined);
    if (!pools || stopped) return;
    const at = performance.now();
    const rate = (pool: PoolView) =>
      before ? Math.max(0, (pool.done - (before.done.get(pool.pool) ?? 0)) / ((at - before.at) / 1_000)) : 0;
    const lines = tableOf(pools, rate).split('\n');
    before = { at, done: new Map(pools.map((pool) => [pool.pool, pool.done])) };
    if (output.isTTY) {
      if (drawn > 0) output.write(`\x1b[${drawn}A\x1b[J`);
      drawn = lines.length;
      output.write(`${lines.join('\n')}\n`);
    }
  };
  let current = draw();
  const timer = setInterval(() => {
    current = current.then(draw);
  }, EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await current;
      stopped = true;
    },
  };
}

function tableOf(pools: readonly PoolView[], rate: (pool: PoolView) => number): string {
  const table = new Table({
    head: ['pool', 'waiting', 'running', 'done/s', 'done', 'wait p50', 'wait p99', 'workers', 'desired'],
    style: { head: [], border: [] },
    colAligns: ['left', ...Array<'right'>(8).fill('right')],
  });
  for (const pool of pools) {
    table.push([
      pool.pool,
      pool.waiting,
      pool.running,
      rate(pool).toFixed(0),
      pool.done,
      atMost(quantile(pool.waits, 0.5)),
      atMost(quantile(pool.waits, 0.99)),
      pool.workers,
      pool.desired,
    ]);
  }
  return table.toString();
}

const atMost = (seconds: number | null): string =>
  seconds === null
    ? '–'
    : seconds === Number.POSITIVE_INFINITY
      ? '> 900 s'
      : seconds < 1
        ? `≤ ${seconds * 1_000} ms`
        : `≤ ${seconds} s`;

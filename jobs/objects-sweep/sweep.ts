import type { SweepCounts } from '../../shared/journals/index.ts';
import type { PrepareContext } from '../../shared/ledger/handler.ts';
import type { Transaction } from '../../shared/platform/database/database.ts';
import type { ObjectStore } from '../../shared/platform/object-store/port.ts';

/** One run: what it may touch, and what it has counted so far. */
export type Sweep = {
  store: ObjectStore;
  /** Nobody's transaction: of people's rows it sees what the planner's functions give away. */
  ask<Answer>(question: (tx: Transaction) => Promise<Answer>): Promise<Answer>;
  counts: SweepCounts;
  dryRun: boolean;
  /** Nobody asked for it, so it stops where it would delete most of what it sees. */
  isCautious: boolean;
  /** Only what was last written before it is old enough to be an orphan. */
  before: Temporal.Instant;
} & Pick<PrepareContext, 'signal' | 'logger'>;

/** As many keys, uploads or rows as are in memory at a time. */
export const BATCH = 500;

export async function* inBatches<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

export const isBefore = (one: Temporal.Instant, other: Temporal.Instant): boolean =>
  Temporal.Instant.compare(one, other) < 0;

import type { Database, Transaction } from '../platform/database/database.ts';
import type { AnyJobContract } from './contract.ts';
import { enqueue } from './enqueue.ts';

/** What to do with slots that passed while no scheduler ran: nothing, the latest one, or each of them. */
export type CatchUp = 'skip' | 'latest' | 'all';

/** Work that runs by the clock. `cron` is read in UTC; its slots are whole minutes. */
export type Schedule = {
  readonly name: string;
  readonly cron: string;
  readonly contract: AnyJobContract;
  readonly payload: (slot: Temporal.Instant) => unknown;
  readonly catchUp: CatchUp;
  /** How far back missed slots are looked for, in hours. */
  readonly windowHours: number;
};

/**
 * Fires one slot of a schedule: the row and the job are one transaction, so of any number of schedulers one does it,
 * once. `false`: somebody else has.
 */
export async function fireSlot(database: Database, schedule: Schedule, slot: Temporal.Instant): Promise<boolean> {
  return database.transaction({ userId: null }, async (tx) => {
    const rows = await tx.query(
      'insert into schedule_fire (name, slot) values ($1, $2) on conflict do nothing returning name',
      [schedule.name, slot.toString()],
    );
    if (rows.length === 0) return false;
    enqueue(tx, schedule.contract, schedule.payload(slot));
    return true;
  });
}

/** The newest slot a schedule has fired, or `null`. */
export async function lastFired(tx: Pick<Transaction, 'query'>, name: string): Promise<Temporal.Instant | null> {
  const [row] = await tx.query<{ slot: number | null }>(
    'select (extract(epoch from max(slot)) * 1000)::float8 as slot from schedule_fire where name = $1',
    [name],
  );
  return row?.slot == null ? null : Temporal.Instant.fromEpochMilliseconds(row.slot);
}

/** Slots are kept longer than any schedule looks back for missed ones. */
export async function forgetOldSlots(tx: Pick<Transaction, 'query'>): Promise<void> {
  await tx.query(`delete from schedule_fire where slot < now() - interval '30 days'`);
}

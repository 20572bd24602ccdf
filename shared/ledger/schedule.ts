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

/** PostgreSQL's now: a process whose own clock runs ahead must not fire what is not due. */
export async function ledgerNow(tx: Pick<Transaction, 'query'>): Promise<Temporal.Instant> {
  const [row] = await tx.query<{ now: number }>(
    'select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now',
  );
  return Temporal.Instant.fromEpochMilliseconds(row?.now ?? 0);
}

/** Slots a schedule has fired within its window, oldest first, and the newest one however old it is. */
export async function firedSlots(
  tx: Pick<Transaction, 'query'>,
  { name, windowHours }: Pick<Schedule, 'name' | 'windowHours'>,
): Promise<Temporal.Instant[]> {
  const rows = await tx.query<{ slot: number }>(FIRED, [name, windowHours]);
  return rows.map(({ slot }) => Temporal.Instant.fromEpochMilliseconds(slot));
}

const FIRED = `
  select (extract(epoch from slot) * 1000)::float8 as slot from schedule_fire
  where name = $1 and slot >= least(now() - $2::float8 * interval '1 hour', (select max(slot) from schedule_fire where name = $1))
  order by schedule_fire.slot`;

/** Slots are kept longer than any schedule looks back for missed ones. */
export async function forgetOldSlots(tx: Pick<Transaction, 'query'>): Promise<void> {
  await tx.query(`delete from schedule_fire where slot < now() - interval '30 days'`);
}

import type { Transaction } from '../platform/database/database.ts';
import { milliseconds } from '../platform/duration.ts';
import { type JobId, newId, type UserId } from '../platform/ids.ts';
import { currentTrace } from '../platform/telemetry/trace-context.ts';
import { type JobContract, laneNumber } from './contract.ts';
import { tellFollowers } from './followers.ts';
import { encodePayload } from './payload.ts';

export type EnqueueOptions = {
  /** Not before this instant. Default: at once. */
  dueAt?: Temporal.Instant;
};

type Entry = {
  id: JobId;
  contract: JobContract<string, never>;
  subject: UserId | null;
  payload: string;
  liveKey: string | null;
  dueAt: string | null;
};

const buffers = new WeakMap<Transaction, Entry[]>();

/**
 * Adds a job to the caller's transaction: rolled back, there is no job; committed, it will be done.
 *
 * The rows are written once, sorted by coalescing key, in the commit's own round trip: two transactions that wrote
 * the same two keys in opposite order would deadlock. The id given back is the row's own unless the contract
 * coalesces and a job of that key already waits.
 */
export function enqueue<Payload>(
  tx: Transaction,
  contract: JobContract<string, Payload>,
  payload: Payload,
  options: EnqueueOptions = {},
): JobId {
  const entry = entryOf(contract, payload, options);
  const buffer = buffers.get(tx);
  if (buffer) buffer.push(entry);
  else {
    buffers.set(tx, [entry]);
    tx.beforeCommit(() => writeEntries(tx));
  }
  return entry.id;
}

/**
 * As `enqueue`, but written at once, for a caller who must know the job that will do it: the id given back is that of the
 * job already waiting where there is one. For a transaction that enqueues nothing else, or it may deadlock with another.
 */
export async function enqueueKnown<Payload>(
  tx: Transaction,
  contract: JobContract<string, Payload>,
  payload: Payload,
): Promise<JobId> {
  const entry = entryOf(contract, payload, {});
  const [row] = await tx.query<{ id: JobId }>(`${INSERT_JOBS} returning id`, valuesOf([entry]));
  announceEntry(tx, { ...entry, id: row?.id ?? entry.id });
  return row?.id ?? entry.id;
}

const entryOf = <Payload>(
  contract: JobContract<string, Payload>,
  payload: Payload,
  { dueAt }: EnqueueOptions,
): Entry => ({
  id: newId<JobId>(),
  contract: contract as unknown as JobContract<string, never>,
  subject: contract.subject(payload),
  payload: encodePayload(contract, payload),
  liveKey: contract.coalesce?.(payload) ?? null,
  dueAt: dueAt?.toString() ?? null,
});

function writeEntries(tx: Transaction): void {
  const entries = lastPerKey(buffers.get(tx) ?? []);
  // Another hook that enqueues later starts a new buffer instead of adding to what is written already.
  buffers.delete(tx);
  tx.atCommit(INSERT_JOBS, valuesOf(entries));
  for (const entry of entries) announceEntry(tx, entry);
}

function announceEntry(tx: Transaction, { contract, id, subject }: Entry): void {
  tx.announce(contract.pool);
  tellFollowers(tx, [{ id, subject, followed: contract.followed ?? false }]);
}

function valuesOf(entries: readonly Entry[]): unknown[] {
  const trace = currentTrace();
  return [
    entries.map((entry) => entry.id),
    entries.map((entry) => entry.contract.name),
    entries.map((entry) => entry.contract.version),
    entries.map((entry) => entry.contract.pool),
    entries.map((entry) => laneNumber(entry.contract.lane)),
    entries.map((entry) => entry.subject),
    entries.map((entry) => entry.payload),
    entries.map((entry) => entry.liveKey),
    entries.map((entry) => entry.dueAt),
    entries.map((entry) => (entry.contract.expiresAfter ? milliseconds(entry.contract.expiresAfter) : null)),
    trace?.traceParent ?? null,
    trace?.requestId ?? null,
    entries.map((entry) => entry.contract.followed ?? false),
  ];
}

/** ON CONFLICT cannot touch one row twice in a statement, so a key enqueued twice in a transaction is written once. */
function lastPerKey(entries: readonly Entry[]): Entry[] {
  const sortKey = (entry: Entry) => `${entry.contract.name} ${entry.liveKey ?? ''}`;
  const coalesced = new Map<string, Entry>();
  for (const entry of entries)
    if (entry.liveKey !== null) coalesced.set(sortKey(entry), earliest(entry, coalesced.get(sortKey(entry))));
  const ordinary = entries.filter((entry) => entry.liveKey === null);
  return [...coalesced.values()].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)).concat(ordinary);
}

const earliest = (entry: Entry, earlier: Entry | undefined): Entry =>
  !earlier || (earlier.dueAt !== null && (entry.dueAt === null || isBefore(entry.dueAt, earlier.dueAt)))
    ? entry
    : earlier;

const isBefore = (a: string, b: string): boolean => Temporal.Instant.compare(a, b) < 0;

// A waiting row of the same key is updated, which locks it until this transaction ends: the fact that asked for it is
// visible to whoever claims it. Its time only ever moves forward; a dispatched row keeps its deadline.
const INSERT_JOBS = `
  insert into job (id, kind, version, pool, lane, subject, payload, live_key, due_at, expires_at, trace_parent, request_id, followed)
  select e.id, e.kind, e.version, e.pool, e.lane, e.subject, e.payload::jsonb, e.live_key, coalesce(e.due_at, now()),
         coalesce(e.due_at, now()) + e.expires_after * interval '1 millisecond', $11, $12, e.followed
  from unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::smallint[], $6::uuid[], $7::text[], $8::text[],
              $9::timestamptz[], $10::double precision[], $13::boolean[])
    as e (id, kind, version, pool, lane, subject, payload, live_key, due_at, expires_after, followed)
  on conflict (kind, live_key) where live_key is not null do update set
    coalesced = job.coalesced + 1,
    expires_at = greatest(job.expires_at, excluded.expires_at),
    due_at = case when job.state = 'pending' then least(job.due_at, excluded.due_at) else job.due_at end`;

import type { Database, Transaction } from '../shared/platform/database/database.ts';
import { permanent } from '../shared/platform/errors.ts';
import type { UserCipher } from '../shared/privacy/index.ts';

/**
 * A request with an `Idempotency-Key`: whose it is, which key, and a digest of everything that must not differ. A process
 * with another secret would have made one of `otherDigests` of the same request.
 */
export type Repeatable = { scope: string; key: string; digest: Buffer; otherDigests: readonly Buffer[] };

/** What is remembered of a request that created something: enough to answer its repetition as the first was. */
export type Remembered = { status: number; headers: Record<string, string>; body: unknown };

/**
 * Does `work` once per key: a repetition gets the remembered answer, which is written in the work's own transaction, so
 * that there is never one without the other. A request that was refused leaves nothing and may be sent again.
 *
 * While the first runs it holds an advisory lock, by which the second knows without waiting (409). What a person was
 * answered may quote their texts, so it is kept sealed.
 */
export async function once<Reply extends Remembered>(
  tx: Transaction,
  request: Repeatable,
  cipher: UserCipher,
  work: () => Promise<Reply>,
): Promise<Reply | Remembered> {
  const { scope, key, digest } = request;
  const [mine] = await tx.query(BEGIN_LOCKED, [scope, key, tx.userId, digest]);
  if (!mine) return answeredBefore(tx, request, cipher);
  const reply = await work();
  tx.atCommit(FINISH, finishValues(request, reply, cipher));
  return reply;
}

/**
 * The same for work that commits on its own before anybody is known. The key is claimed first and the answer added
 * afterwards; a claim whose process died stands for a minute.
 */
export async function onceAcross<Reply extends Remembered>(
  database: Database,
  request: Repeatable,
  work: () => Promise<Reply>,
): Promise<Reply | Remembered> {
  const { scope, key, digest } = request;
  const earlier = await database.transaction({ userId: null }, async (tx) => {
    const [mine] = await tx.query(BEGIN_CLAIMED, [scope, key, digest]);
    return mine ? null : await answeredBefore(tx, request);
  });
  if (earlier) return earlier;
  try {
    const reply = await work();
    await database.query(FINISH, finishValues(request, reply));
    return reply;
  } catch (error) {
    await database.query(FORGET, [scope, key, digest]).catch(() => {});
    throw error;
  }
}

async function answeredBefore(
  tx: Transaction,
  { scope, key, digest, otherDigests }: Repeatable,
  cipher?: UserCipher,
): Promise<Remembered> {
  const [row] = await tx.query<Kept>(FIND, [scope, key]);
  if (row && ![digest, ...otherDigests].some((same) => row.digest.equals(same)))
    throw permanent('idempotency_key_reused', 'This Idempotency-Key was used for another request.');
  if (row && row.status !== null) return { status: row.status, headers: row.headers, body: bodyOf(row, cipher) };
  throw permanent('request_in_progress', 'The first request with this Idempotency-Key is still running.', {
    headers: { 'Retry-After': '1' },
  });
}

type Kept = Remembered & { digest: Buffer; bodySealed: Buffer | null };

const bodyOf = ({ body, bodySealed }: Kept, cipher: UserCipher | undefined): unknown =>
  bodySealed && cipher ? JSON.parse(cipher.open('idempotency_key.body', bodySealed)) : body;

function finishValues({ scope, key }: Repeatable, { status, headers, body }: Remembered, cipher?: UserCipher) {
  const text = JSON.stringify(body ?? null);
  const sealed = cipher?.seal('idempotency_key.body', text) ?? null;
  return [scope, key, status, JSON.stringify(headers), sealed ? null : text, sealed];
}

// A key counts for 24 hours, whether or not the housekeeping has come by.
const begin = (source: string, mayTakeOver: string) => `
  insert into idempotency_key as known (scope, key, user_id, request_hash) ${source}
  on conflict (scope, key) do update
    set request_hash = excluded.request_hash, status = null, headers = null, body = null, body_sealed = null,
        created_at = now()
    where ${mayTakeOver}
  returning 1 as mine`;

const BEGIN_LOCKED = begin(
  `select $1, $2, $3::uuid, $4::bytea from (select pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0)) as mine) lock where mine`,
  `known.created_at < now() - interval '24 hours'`,
);
const BEGIN_CLAIMED = begin(
  `values ($1, $2, null, $3::bytea)`,
  `known.created_at < now() - case when known.status is null then interval '1 minute' else interval '24 hours' end`,
);
const FIND = `
  select status, headers, body, body_sealed as "bodySealed", request_hash as digest
  from idempotency_key where scope = $1 and key = $2`;
const FINISH = `
  update idempotency_key set status = $3, headers = $4::jsonb, body = $5::jsonb, body_sealed = $6
  where scope = $1 and key = $2`;
const FORGET = `delete from idempotency_key where scope = $1 and key = $2 and request_hash = $3 and status is null`;

import type { Database, Transaction } from '../platform/database/database.ts';
import { newId, type UserId } from '../platform/ids.ts';
import { currentTrace } from '../platform/telemetry/trace-context.ts';
import { instantSql } from '../platform/time/instant.ts';

/** Whoever did it: an operator, somebody who holds the server's secret, or the system itself. */
export type Actor = UserId | 'server_secret' | 'system';

/** Ids, roles and states only: nobody may learn from the audit what people are called or write. */
export type AuditEntry = {
  actor: Actor;
  /** What was done, `thing.verb`. */
  action: string;
  target?: string | null;
  before?: Readonly<Record<string, unknown>> | null;
  after?: Readonly<Record<string, unknown>> | null;
  reason?: string | null;
};

/**
 * Appends to the audit, in the transaction of what it tells about: neither is there without the other. The database
 * refuses an operator's id that is not the transaction's own user.
 */
export async function recordAudit(tx: Transaction, entry: AuditEntry): Promise<void> {
  const { actor, action, target = null, before = null, after = null, reason = null } = entry;
  const operator = actor === 'server_secret' || actor === 'system' ? null : actor;
  const states = [before, after].map((state) => state && JSON.stringify(state));
  const requestId = currentTrace()?.requestId ?? null;
  const kind = operator ? 'operator' : actor;
  await tx.query(INSERT, [newId(), operator, kind, action, target, ...states, reason, requestId]);
}

// By the database's clock: whoever can write here cannot say when.
const INSERT = `
  insert into audit (id, at, actor_id, actor_kind, action, target_id, before, after, reason, request_id)
  values ($1, now(), $2, $3, $4, $5, $6, $7, $8, $9)`;

export type Audited = {
  id: string;
  at: string;
  actorId: string | null;
  actorKind: 'operator' | 'server_secret' | 'system';
  action: string;
  targetId: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
  requestId: string | null;
};

export type AuditFilter = {
  action?: string | undefined;
  actor?: string | undefined;
  target?: string | undefined;
  /** From just behind this entry on. */
  after?: string | undefined;
  limit: number;
};

/** The newest entries first, at most 101. */
export const listAudit = (
  tx: Pick<Database, 'query'>,
  { action, actor, target, after, limit }: AuditFilter,
): Promise<Audited[]> => tx.query<Audited>(LIST, [after ?? null, action ?? null, actor ?? null, target ?? null, limit]);

const LIST = `
  select id, ${instantSql('at')} as at, actor_id as "actorId", actor_kind as "actorKind", action,
    target_id as "targetId", before, after, reason, request_id as "requestId"
  from audit_page($1, $2, $3, $4, $5)`;

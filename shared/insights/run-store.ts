import type { Transaction } from '../platform/database/database.ts';
import type { InsightId, UserId } from '../platform/ids.ts';
import { instantSql } from '../platform/time/instant.ts';
import { changesOf, type Memory } from './changes.ts';
import { type Finding, INSIGHT_VERSION, keyOf } from './finding.ts';
import { lockInsights } from './lock-store.ts';

/**
 * Makes what one run found what there is to be told, unless a later one has spoken; gives the ids to be announced. One run of a
 * person at a time, so that two never tell them of worsening both. Their consent is the caller's to ask.
 */
export async function keepInsights(
  tx: Transaction,
  userId: UserId,
  findings: readonly Finding[],
  { computedAt, now }: { computedAt: Temporal.Instant; now: Temporal.Instant },
): Promise<InsightId[]> {
  await lockInsights(tx, userId);
  const remembered = await memoryOf(tx, userId, computedAt);
  if (!remembered) return [];
  const { kept, announced, ended, foundSince, worseningToldAt } = changesOf(remembered, findings, now);
  await tx.query(RUN, [
    userId,
    computedAt.toString(),
    worseningToldAt?.toString() ?? null,
    JSON.stringify(Object.fromEntries(foundSince)),
  ]);
  await tx.query(END, [userId, ended, now.toString()]);
  const rows = await tx.query<{ id: InsightId; key: string }>(KEEP, [
    userId,
    INSIGHT_VERSION,
    now.toString(),
    kept.map(keyOf),
    kept.map((finding) => JSON.stringify(finding)),
    announced,
  ]);
  return rows.flatMap(({ id, key }) => (announced.includes(key) ? id : []));
}

/** Null where a later run has spoken, or the account is gone. */
async function memoryOf(tx: Transaction, userId: UserId, computedAt: Temporal.Instant): Promise<Memory | null> {
  const [[run], known, deleted] = await Promise.all([
    tx.query<{ isLatest: boolean; worseningToldAt: string | null; foundSince: Record<string, string> | null }>(
      LAST_RUN,
      [userId, computedAt.toString()],
    ),
    tx.query<{ key: string; endedAt: string | null; announcedAt: string | null; isHidden: boolean }>(KNOWN, [userId]),
    tx.query<{ key: string; deletedAt: string }>(DELETED, [userId]),
  ]);
  if (!run?.isLatest) return null;
  return {
    known: known.map((one) => ({ ...one, endedAt: instant(one.endedAt), announcedAt: instant(one.announcedAt) })),
    deleted: deleted.map(({ key, deletedAt }) => ({ key, deletedAt: Temporal.Instant.from(deletedAt) })),
    foundSince: new Map(
      Object.entries(run.foundSince ?? {}).map(([key, since]) => [key, Temporal.Instant.from(since)]),
    ),
    worseningToldAt: instant(run.worseningToldAt),
  };
}

const instant = (text: string | null): Temporal.Instant | null => (text === null ? null : Temporal.Instant.from(text));

const LAST_RUN = `
  select coalesce(run.computed_at <= $2::timestamptz, true) as "isLatest", ${instantSql('run.worsening_told_at')} as "worseningToldAt",
         run.found_since as "foundSince"
  from account left join insight_run run on run.user_id = account.id where account.id = $1`;
const KNOWN = `
  select key, ${instantSql('ended_at')} as "endedAt", ${instantSql('announced_at')} as "announcedAt",
         hidden_at is not null as "isHidden"
  from insight where user_id = $1`;
const DELETED = `select key, ${instantSql('deleted_at')} as "deletedAt" from insight_tombstone where user_id = $1`;

const RUN = `
  insert into insight_run (user_id, computed_at, worsening_told_at, found_since) values ($1, $2, $3, $4)
  on conflict (user_id) do update set computed_at = excluded.computed_at, worsening_told_at = excluded.worsening_told_at,
    found_since = excluded.found_since`;

const END = 'update insight set ended_at = $3 where user_id = $1 and key = any($2::text[])';

const KEEP = `
  insert into insight (id, user_id, key, version, finding, created_at, updated_at, announced_at)
  select uuidv7(), $1, key, $2, finding::jsonb, $3, $3, case when key = any($6::text[]) then $3::timestamptz end
  from unnest($4::text[], $5::text[]) as found (key, finding)
  on conflict (user_id, key) do update set
    version = excluded.version, finding = excluded.finding, updated_at = excluded.updated_at, ended_at = null,
    id = case when insight.ended_at is null then insight.id else excluded.id end,
    created_at = case when insight.ended_at is null then insight.created_at else excluded.created_at end,
    announced_at = coalesce(excluded.announced_at, insight.announced_at)
  returning id, key`;

/** Which of these were announced, and what was since then, the latest last; what has been hidden meanwhile is left out. */
export const announcedInsights = (
  tx: Transaction,
  userId: UserId,
  { ids, since }: { ids: readonly InsightId[]; since: Temporal.Instant | undefined },
): Promise<{ id: InsightId; isMissed: boolean }[]> =>
  tx.query(ANNOUNCED, [userId, ids, since?.toString() ?? 'infinity']);

const ANNOUNCED = `
  select id, announced_at >= $3::timestamptz as "isMissed" from insight
  where user_id = $1 and announced_at is not null and hidden_at is null and ended_at is null
    and (id = any($2::uuid[]) or announced_at >= $3::timestamptz)
  order by announced_at, id limit 100`;

/** Forgets what no run has found since then, and what was deleted before it: of anybody, `most` of each. */
export async function forgetInsights(tx: Transaction, before: Temporal.Instant, most: number): Promise<number> {
  const [row] = await tx.query<{ forgotten: number }>('select insights_forget($1, $2) as forgotten', [
    before.toString(),
    most,
  ]);
  return row?.forgotten ?? 0;
}

import type { Transaction } from '../platform/database/database.ts';
import { type InsightId, LAST_ID, type UserId } from '../platform/ids.ts';
import { writtenLanguage } from '../platform/language.ts';
import { instantSql } from '../platform/time/instant.ts';
import { Finding, INSIGHT_VERSION, isWorsening } from './finding.ts';
import { lockInsights } from './lock-store.ts';
import { insightText } from './words.ts';

/** An insight as its owner sees it, in their language. Instants are `InstantText`. */
export type Insight = Finding & {
  id: InsightId;
  text: string;
  isWorsening: boolean;
  isHidden: boolean;
  createdAt: string;
  updatedAt: string;
};

type Row = Pick<Insight, 'id' | 'isHidden' | 'createdAt' | 'updatedAt'> & {
  endedAt: string | null;
  finding: unknown;
  language: string;
};

function insightOf({ finding: stored, language, endedAt: _shown, ...row }: Row): Insight {
  const finding = Finding.parse(stored);
  return {
    ...row,
    ...finding,
    text: insightText(finding, writtenLanguage(language)),
    isWorsening: isWorsening(finding),
  };
}

const ALL = `
  select insight.id, insight.finding, account.language, insight.hidden_at is not null as "isHidden",
         ${instantSql('insight.created_at')} as "createdAt", ${instantSql('insight.updated_at')} as "updatedAt",
         ${instantSql('insight.ended_at')} as "endedAt"
  from insight join account on account.id = insight.user_id where insight.user_id = $1`;
const ON_SHOW = `${ALL} and insight.version = ${INSIGHT_VERSION} and insight.ended_at is null`;

/** What there is to be told, the newest first. */
export const listInsights = async (
  tx: Transaction,
  userId: UserId,
  { hidden, after, limit }: { hidden: boolean; after: InsightId | undefined; limit: number },
): Promise<Insight[]> => (await tx.query<Row>(LIST, [userId, after ?? LAST_ID, hidden, limit])).map(insightOf);

const LIST = `${ON_SHOW} and insight.id < $2 and ($3::boolean or insight.hidden_at is null) order by insight.id desc limit $4`;

/** All that is kept, as it is kept; `text` is null for what an earlier version found. */
export type KeptInsight = Omit<Row, 'language'> & { text: string | null };

/** Hidden, ended or of an earlier version too, the newest first. */
export async function insightHistory(
  tx: Transaction,
  userId: UserId,
  { after, limit }: { after: InsightId | undefined; limit: number },
): Promise<KeptInsight[]> {
  const rows = await tx.query<Row>(HISTORY, [userId, after ?? LAST_ID, limit]);
  return rows.map(({ language, ...row }) => {
    const { data } = Finding.safeParse(row.finding);
    return { ...row, text: data ? insightText(data, writtenLanguage(language)) : null };
  });
}

const HISTORY = `${ALL} and insight.id < $2 order by insight.id desc limit $3`;

export async function findInsight(tx: Transaction, userId: UserId, id: InsightId): Promise<Insight | null> {
  const [row] = await tx.query<Row>(`${ON_SHOW} and insight.id = $2`, [userId, id]);
  return row ? insightOf(row) : null;
}

/** `false`: there is none such. */
export async function setHidden(
  tx: Transaction,
  userId: UserId,
  id: InsightId,
  hiddenAt: Temporal.Instant | null,
): Promise<boolean> {
  return (await tx.query(HIDE, [userId, id, hiddenAt?.toString() ?? null])).length === 1;
}

const HIDE = `
  update insight set hidden_at = case when $3::timestamptz is null then null else coalesce(hidden_at, $3) end
  where user_id = $1 and id = $2 and ended_at is null returning id`;

/** Deletes one, or all, with their numbers; what stays is the key, so that they are not found again soon. Gives how many. */
export async function deleteInsights(
  tx: Transaction,
  userId: UserId,
  now: Temporal.Instant,
  id?: InsightId,
): Promise<number> {
  await lockInsights(tx, userId);
  const keys = await tx.query<{ key: string }>(DELETE, [userId, id ?? null]);
  await tx.query(BURY, [userId, keys.map(({ key }) => key), now.toString()]);
  return keys.length;
}

const DELETE = `
  delete from insight where user_id = $1 and ($2::uuid is null or id = $2 and ended_at is null) returning key`;

const BURY = `
  insert into insight_tombstone (user_id, key, deleted_at) select $1, key, $3 from unnest($2::text[]) as gone (key)
  on conflict (user_id, key) do update set deleted_at = excluded.deleted_at`;

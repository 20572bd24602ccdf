import type { Finding } from '../../shared/insights/finding.ts';
import { INSIGHT_VERSION } from '../../shared/insights/finding.ts';
import { type InsightId, newId, type UserId } from '../../shared/platform/ids.ts';
import { sampleFinding } from './sample-findings.ts';

type Query = (sql: string, values: unknown[]) => Promise<unknown>;

/** An insight of its own key, written past the runs that find them: by a connection of the worker's role, for that user. */
export async function storedInsight(query: Query, userId: UserId, over: Partial<Finding> = {}): Promise<InsightId> {
  const id = newId<InsightId>();
  await query(
    `insert into insight (id, user_id, key, version, finding, created_at, updated_at) values ($1, $2, $3, $4, $5, now(), now())`,
    [id, userId, `test/${id}`, INSIGHT_VERSION, JSON.stringify(sampleFinding(over))],
  );
  return id;
}

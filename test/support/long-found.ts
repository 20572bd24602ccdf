import type { UserId } from '../../shared/platform/ids.ts';

type Query = (sql: string, values: unknown[]) => Promise<unknown>;

/** As if every run since 2025 had found these: what is told the next time one finds them. For somebody without any run. */
export const longFound = (query: Query, userId: UserId, keys: readonly string[]): Promise<unknown> =>
  query('insert into insight_run (user_id, computed_at, found_since) values ($1, $2, $3)', [
    userId,
    SINCE,
    JSON.stringify(Object.fromEntries(keys.map((key) => [key, SINCE]))),
  ]);

const SINCE = '2025-01-01T00:00:00Z';

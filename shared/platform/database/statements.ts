import { createHash } from 'node:crypto';

const names = new Map<string, string>();

/** A stable name per statement text, so that PostgreSQL plans each one once per connection. */
export function nameStatement(text: string): string {
  let name = names.get(text);
  if (!name) {
    name = createHash('sha1').update(text).digest('base64url');
    names.set(text, name);
  }
  return name;
}

/**
 * A common table expression for a statement that stands alone and reads from `relaxed`: its commit does not wait for the
 * disk. Only where losing the commit merely repeats work (relay marks, claims), never for work.
 */
export const RELAXED_COMMIT = `relaxed as materialized (select set_config('synchronous_commit', 'off', true))`;

/**
 * Options of a connection whose statements are short, repeated and find their rows by an index: each is planned once.
 * Left to itself PostgreSQL plans most of them anew each time, which costs more than running them; and a plan made while
 * a table was empty would read the whole of it once it has grown.
 */
export const PLANNED_ONCE = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off';

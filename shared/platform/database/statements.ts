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

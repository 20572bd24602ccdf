import { createHash } from 'node:crypto';
import { z } from 'zod';
import { permanent } from '../shared/platform/errors.ts';
import { Instant, InstantText } from '../shared/platform/time/instant.ts';

/** `?limit=1..100&cursor=…`, to be spread into a route's query: `z.object({ ...PageQuery.shape, … })`. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(512).optional(),
});

/** For short lists that phones show whole: the default is the largest page. */
export const WholePageQuery = PageQuery.extend({ limit: PageQuery.shape.limit.unwrap().default(100) });

/** The answer of a list. `nextCursor` is null on the last page. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

const CHECKSUM_BYTES = 6;

/**
 * An opaque cursor from the sort key of a page's last item.
 *
 * It carries a checksum, not a signature: a cursor only says where to go on in the caller's own rows, so there is
 * nothing to forge, but one that was cut or edited must be refused instead of quietly skipping items.
 */
export function encodeCursor(key: unknown): string {
  const json = Buffer.from(JSON.stringify(key));
  return Buffer.concat([checksum(json), json]).toString('base64url');
}

/** The sort key of an `encodeCursor` cursor, none without a cursor; anything else is 400 `bad_cursor`. */
export function decodeCursor<Schema extends z.ZodType>(
  schema: Schema,
  cursor: string | undefined,
): z.output<Schema> | undefined {
  if (cursor === undefined) return undefined;
  const bytes = Buffer.from(cursor, 'base64url');
  const json = bytes.subarray(CHECKSUM_BYTES);
  const intact = bytes.toString('base64url') === cursor && checksum(json).equals(bytes.subarray(0, CHECKSUM_BYTES));
  const key = intact ? schema.safeParse(parsed(json)) : undefined;
  if (!key?.success) throw permanent('bad_cursor', 'Start again without a cursor.');
  return key.data;
}

/**
 * An instant in the key of a cursor. Who forges one may write any: PostgreSQL refuses years that `Instant` refuses too, and
 * that would be our failure instead of theirs.
 */
export const InstantKey = InstantText.refine((text) => Instant.safeParse(text).success);

/**
 * Turns `limit + 1` rows into a page: ask the database for one row more than wanted, and the surplus tells that there
 * is a next page.
 */
export function page<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { item, key }: { item: (row: Row) => Item; key: (row: Row) => unknown },
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(key(last)) : null,
  };
}

const checksum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest().subarray(0, CHECKSUM_BYTES);

function parsed(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString());
  } catch {
    return undefined;
  }
}

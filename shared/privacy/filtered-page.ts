/** `next`: where to go on; `null` where nothing is left to look at. */
export type FilteredPage<Item, Position> = { items: Item[]; next: Position | null };

type Search<Row, Item, Position> = {
  /** At most `count` rows after a position, in the order of the list. */
  read: (after: Position | null, count: number) => Promise<Row[]>;
  positionOf: (row: Row) => Position;
  /** The row as it is told, `null` where it does not pass. */
  opened: (row: Row) => Item | null;
  /** Whether a sealed text decides: without one every row that is read passes. */
  isSealed: boolean;
};

/** Texts that are opened for one page at most; about 20 ms of work. */
const MOST_OPENED = 2_000;
const OPENED_AT_ONCE = 200;

/**
 * One page of the rows that pass a filter on a sealed text. PostgreSQL cannot read these texts, so it decides everything
 * else and they are opened here, a bounded number for each page: it may hold fewer than `limit`, even none, and still have
 * a `next`.
 */
export async function filteredPage<Row, Item, Position extends object>(
  { limit, after }: { limit: number; after: Position | undefined },
  { read, positionOf, opened, isSealed }: Search<Row, Item, Position>,
): Promise<FilteredPage<Item, Position>> {
  const atOnce = isSealed ? OPENED_AT_ONCE : limit + 1;
  const items: Item[] = [];
  let next = after ?? null;
  let lastFound = next;
  for (let looked = 0; looked < MOST_OPENED; looked += atOnce) {
    const rows = await read(next, atOnce);
    for (const row of rows) {
      next = positionOf(row);
      const item = opened(row);
      if (item === null) continue;
      // One more than wanted is there: the page ends before it, and is not the last.
      if (items.length === limit) return { items, next: lastFound };
      items.push(item);
      lastFound = next;
    }
    if (rows.length < atOnce) return { items, next: null };
  }
  return { items, next };
}

type Page<Item> = { items: Item[]; nextCursor: string | null };

/** Every page of a list, each by the cursor of the one before; `read` is given the query of one. */
export async function everyPage<Item>(
  limit: number,
  read: (query: string) => Promise<Page<Item>>,
): Promise<Page<Item>[]> {
  const pages = [await read(`?limit=${limit}`)];
  for (let last = pages[0]; last?.nextCursor; last = pages.at(-1))
    pages.push(await read(`?limit=${limit}&cursor=${last.nextCursor}`));
  return pages;
}

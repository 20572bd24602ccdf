/** The position of the first item whose value is at least `least`, in a list in order of those values; its length where none is. */
export function lowerBound<Item>(sorted: readonly Item[], least: number, keyOf: (item: Item) => number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = sorted[middle];
    if (item !== undefined && keyOf(item) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

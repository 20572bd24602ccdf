/** Ranks from 1; tied values share the mean of theirs. */
export function midranks(values: readonly number[]): number[] {
  const byValue = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks = new Array<number>(values.length).fill(0);
  for (let from = 0; from < byValue.length; ) {
    let to = from + 1;
    while (byValue[to]?.value === byValue[from]?.value && to < byValue.length) to++;
    for (const { index } of byValue.slice(from, to)) ranks[index] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

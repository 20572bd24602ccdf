/** How well one can tell two kinds of samples apart by their size: 0.5 = not at all, 1 = always. */
export type Distinguishability = { auc: number; low: number; high: number };

export type Pair = { readonly known: number; readonly unknown: number };

const Z_95 = 1.959964;

/**
 * The area under the ROC curve of "known takes longer" with its 95 % interval, after DeLong (1988), with the pair as the
 * unit because both of a pair were measured moments apart (Obuchowski 1997). Below 0.5 it is mirrored: whichever is the
 * longer, it can be told.
 */
export function distinguishability(pairs: readonly Pair[]): Distinguishability {
  const [known, unknown] = [pairs.map((pair) => pair.known), pairs.map((pair) => pair.unknown)];
  const [ofKnown, ofUnknown] = [shareBelow(known, unknown), shareBelow(unknown, known).map((share) => 1 - share)];
  const auc = mean(ofKnown);
  // The influence of each pair on the area; independent of each other, which the values within a pair are not.
  const influence = ofKnown.map((share, index) => share + (ofUnknown[index] ?? 0) - 2 * auc);
  const variance = influence.reduce((sum, value) => sum + value ** 2, 0) / (pairs.length * (pairs.length - 1));
  const [centre, margin] = [Math.max(auc, 1 - auc), Z_95 * Math.sqrt(variance)];
  return { auc: centre, low: centre - margin, high: Math.min(1, centre + margin) };
}

/** For each value, the share of the others below it; an equal one counts half. */
function shareBelow(values: readonly number[], others: readonly number[]): number[] {
  const sorted = [...others].sort((a, b) => a - b);
  return values.map((value) => (countBelow(sorted, value) + countUpTo(sorted, value)) / 2 / sorted.length);
}

const countBelow = (sorted: readonly number[], value: number) => firstIndex(sorted, (each) => each >= value);
const countUpTo = (sorted: readonly number[], value: number) => firstIndex(sorted, (each) => each > value);

function firstIndex(sorted: readonly number[], holds: (value: number) => boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(sorted[middle] ?? Number.POSITIVE_INFINITY)) to = middle;
    else from = middle + 1;
  }
  return from;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

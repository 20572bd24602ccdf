import { at } from './column.ts';

/**
 * Told of every inverted run while sorting: the entries `from … to − 1` of `ids` stood before `id` and now follow it.
 * `ids` is a working buffer, valid during the call only.
 */
export type OnInverted = (ids: Int32Array, from: number, to: number, id: number) => void;

/**
 * Sorts `keys` and with them `ids`, both in place, and counts how many pairs changed their order, in O(n log n).
 * Of equal keys the larger id comes first, so that with ascending ids a tie counts as an inversion.
 */
export function sortCountingInversions(keys: Float64Array, ids: Int32Array, onInverted?: OnInverted): number {
  let from: Column = { keys, ids };
  let to: Column = { keys: new Float64Array(keys.length), ids: new Int32Array(ids.length) };
  let inversions = 0;
  for (let width = 1; width < keys.length; width *= 2) {
    for (let start = 0; start < keys.length; start += 2 * width)
      inversions += merge(from, to, start, width, onInverted);
    [from, to] = [to, from];
  }
  if (from.keys !== keys) {
    keys.set(from.keys);
    ids.set(from.ids);
  }
  return inversions;
}

type Column = { keys: Float64Array; ids: Int32Array };

/** Merges the sorted runs of `width` at `start` and at `start + width`; gives the inversions between the two. */
function merge(from: Column, to: Column, start: number, width: number, onInverted?: OnInverted): number {
  const { keys, ids } = from;
  const middle = Math.min(start + width, keys.length);
  const end = Math.min(start + 2 * width, keys.length);
  let inversions = 0;
  let left = start;
  let right = middle;
  for (let out = start; out < end; out++) {
    const takeRight = right < end && (left >= middle || precedes(keys, ids, right, left));
    const taken = takeRight ? right++ : left++;
    to.keys[out] = at(keys, taken);
    to.ids[out] = at(ids, taken);
    if (!takeRight || left >= middle) continue;
    inversions += middle - left;
    onInverted?.(ids, left, middle, at(ids, taken));
  }
  return inversions;
}

function precedes(keys: Float64Array, ids: Int32Array, a: number, b: number): boolean {
  const difference = at(keys, a) - at(keys, b);
  return difference < 0 || (difference === 0 && at(ids, a) > at(ids, b));
}

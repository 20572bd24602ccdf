/** Counts byte values and says whether they are too uneven for ciphertext. */
export type ByteUniformity = {
  add(bytes: Uint8Array): void;
  /** Whether what was added since the last reset fails the test. Fewer than 4 KiB never fail: too few to tell. */
  isUneven(): boolean;
  reset(): void;
};

/**
 * Pearson's chi-square over the 256 byte values, 255 degrees of freedom. Uniform bytes exceed 414.5 once in 10^9, so even
 * the 26 samples of a 200 MB object leave false alarms at one in 38 million. Passing proves nothing: compressed audio can
 * pass too.
 */
export function byteUniformity(): ByteUniformity {
  const counts = new DataView(new ArrayBuffer(tables * tableBytes));
  let total = 0;
  return {
    add(bytes) {
      total += bytes.length;
      count(bytes, counts);
    },
    isUneven: () => total >= minimumBytes && chiSquare(counts, total) > criticalValue,
    reset() {
      new Uint8Array(counts.buffer).fill(0);
      total = 0;
    },
  };
}

const minimumBytes = 4_096;
const criticalValue = 414.5;

const values = 256;
const tables = 4;
const counterBytes = 4;
const tableBytes = values * counterBytes;
/** Where a counter lies in its table, as a mask: byte value times `counterBytes`. */
const counterMask = tableBytes - counterBytes;

/**
 * Counts eight bytes at a time into four tables: this loop is the price of the leak test, and byte by byte it takes four
 * to eleven times as long. One table would do, but increments of the same counter wait for each other. Typed arrays would be as fast,
 * were it not for the `undefined` that each index has to be told apart from.
 */
function count(bytes: Uint8Array, counts: DataView): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const inPairs = bytes.length & ~7;
  for (let at = 0; at < inPairs; at += 8) {
    const word = view.getInt32(at, true);
    const next = view.getInt32(at + 4, true);
    countWord(word, counts);
    countWord(next, counts);
  }
  for (let at = inPairs; at < bytes.length; at++) increment(counts, view.getUint8(at) * counterBytes);
}

function countWord(word: number, counts: DataView): void {
  increment(counts, (word << 2) & counterMask);
  increment(counts, tableBytes | ((word >>> 6) & counterMask));
  increment(counts, (2 * tableBytes) | ((word >>> 14) & counterMask));
  increment(counts, (3 * tableBytes) | ((word >>> 22) & counterMask));
}

const increment = (counts: DataView, at: number) => counts.setUint32(at, counts.getUint32(at, true) + 1, true);

function chiSquare(counts: DataView, total: number): number {
  let sumOfSquares = 0;
  for (let value = 0; value < values; value++) {
    let count = 0;
    for (let table = 0; table < tables; table++)
      count += counts.getUint32(table * tableBytes + value * counterBytes, true);
    sumOfSquares += count * count;
  }
  return (sumOfSquares * values) / total - total;
}

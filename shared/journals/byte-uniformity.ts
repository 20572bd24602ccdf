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
  const counts = new DataView(new ArrayBuffer(tables * values * counterBytes));
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

/**
 * Counts four bytes at a time into four tables: this loop is the price of the leak test, and byte by byte it takes three
 * to nine times as long. One table would do, but increments of the same counter wait for each other.
 */
function count(bytes: Uint8Array, counts: DataView): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const inWords = bytes.length & ~3;
  for (let at = 0; at < inWords; at += 4) {
    const word = view.getUint32(at);
    increment(counts, word & 0xff);
    increment(counts, values + ((word >>> 8) & 0xff));
    increment(counts, 2 * values + ((word >>> 16) & 0xff));
    increment(counts, 3 * values + (word >>> 24));
  }
  for (let at = inWords; at < bytes.length; at++) increment(counts, view.getUint8(at));
}

const counterBytes = 4;
const increment = (counts: DataView, index: number) =>
  counts.setUint32(index * counterBytes, counts.getUint32(index * counterBytes, true) + 1, true);

function chiSquare(counts: DataView, total: number): number {
  let sumOfSquares = 0;
  for (let value = 0; value < values; value++) {
    let count = 0;
    for (let table = 0; table < tables; table++)
      count += counts.getUint32((table * values + value) * counterBytes, true);
    sumOfSquares += count * count;
  }
  return (sumOfSquares * values) / total - total;
}

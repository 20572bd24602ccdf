/**
 * Where `pattern` (one character per byte) stands in `bytes`, first to last. The search itself is native: one call of
 * `Uint8Array.indexOf` for each candidate byte cost more than everything else done with the head of an object.
 */
export function* placesOf(pattern: string, bytes: Uint8Array): Generator<number> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = buffer.indexOf(pattern, 0, 'latin1'); at !== -1; at = buffer.indexOf(pattern, at + 1, 'latin1'))
    yield at;
}

/** Whether exactly `text` (one character per byte) stands at `at`. */
export function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  for (let offset = 0; offset < text.length; offset++) {
    if (bytes[at + offset] !== text.charCodeAt(offset)) return false;
  }
  return true;
}

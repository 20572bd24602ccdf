/** From the byte `from` up to, and without, `to`. */
export type ByteRange = { from: number; to: number };

/**
 * The one range that a `Range` header asks for (RFC 9110, 14.2), or `null` to be answered with everything: without a range,
 * with several, with one that is not understood, and with one behind the end.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  return from < to ? { from, to } : null;
}

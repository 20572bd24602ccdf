import { s3Error } from './errors.ts';

/**
 * The bytes `[start, end)` a `Range` header asks for, or `undefined` for the whole object: S3 ignores what it cannot read and
 * never answers with several ranges. Throws `InvalidRange` (416).
 */
export function requestedRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (start < size && start < end) return { start, end };
  throw s3Error('InvalidRange', {
    details: { RangeRequested: header ?? '', ActualObjectSize: size },
    headers: { 'content-range': `bytes */${size}` },
  });
}

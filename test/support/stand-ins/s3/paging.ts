import { s3Error } from './errors.ts';
import type { S3Request } from './request.ts';

/** One row of a listing: an entry, or the common prefix that stands for all the keys below it. */
export type Row<T> = { kind: 'entry'; entry: T } | { kind: 'prefix'; prefix: string };

/**
 * The next page of `entries`, which are in order already: after what `isPast` says was on an earlier page, keys with the
 * delimiter behind the prefix rolled up into one row, at most `limit` rows.
 */
export function pageOf<T extends { key: string }>(
  entries: readonly T[],
  options: { prefix: string; delimiter: string; limit: number; isPast: (entry: T) => boolean; markerPrefix: string },
): { rows: Row<T>[]; truncated: boolean } {
  const rows: Row<T>[] = [];
  if (options.limit === 0) return { rows, truncated: false };
  let lastPrefix = options.markerPrefix;
  for (const entry of entries) {
    if (options.isPast(entry)) continue;
    const prefix = commonPrefix(entry.key, options.prefix, options.delimiter);
    if (prefix !== undefined && prefix === lastPrefix) continue;
    if (rows.length >= options.limit) return { rows, truncated: true };
    rows.push(prefix === undefined ? { kind: 'entry', entry } : { kind: 'prefix', prefix });
    lastPrefix = prefix ?? lastPrefix;
  }
  return { rows, truncated: false };
}

/** What all listings have in common. */
export function listingParameters(request: S3Request, limitName: string) {
  const encoding = request.query.get('encoding-type');
  if (encoding !== undefined && encoding !== 'url')
    throw invalid('encoding-type', encoding, 'Invalid Encoding Method specified in Request');
  return {
    prefix: request.query.get('prefix') ?? '',
    delimiter: request.query.get('delimiter') ?? '',
    limit: limitOf(request, limitName),
    encodingType: encoding,
    encodeKey: (text: string) => (encoding === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text),
  };
}

/** At most 1,000 rows a page, whatever is asked for. */
export function limitOf(request: S3Request, name: string): number {
  const text = request.query.get(name);
  if (text === undefined) return 1000;
  if (!/^\d{1,10}$/.test(text)) throw invalid(name, text, `Provided ${name} not an integer or within integer range`);
  return Math.min(1000, Number(text));
}

/** Order of keys in S3: by their UTF-8 bytes, which is not the order of JavaScript's strings. */
export const compareKeys = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

export const invalid = (name: string, value: string, message: string) =>
  s3Error('InvalidArgument', { message, details: { ArgumentName: name, ArgumentValue: value } });

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

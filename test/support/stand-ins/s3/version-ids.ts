import { randomBytes } from 'node:crypto';
import { s3Error } from './errors.ts';

/** A version id: opaque to clients, but it carries its place in the order, so that a page can go on after a version that is gone. */
export function newVersionId(sequence: number): string {
  const place = Buffer.alloc(8);
  place.writeBigUInt64BE(BigInt(sequence));
  return Buffer.concat([place, randomBytes(16)]).toString('base64url');
}

/** The place a version id carries, or `undefined` for `null`. Throws `InvalidArgument` for what was never an id. */
export function sequenceOfVersionId(id: string): number | undefined {
  if (id === 'null') return undefined;
  const bytes = Buffer.from(id, 'base64url');
  if (bytes.length === 24 && bytes.toString('base64url') === id) return Number(bytes.readBigUInt64BE());
  throw s3Error('InvalidArgument', {
    message: 'Invalid version id specified',
    details: { ArgumentName: 'versionId', ArgumentValue: id },
  });
}

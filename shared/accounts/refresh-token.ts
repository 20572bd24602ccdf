import { createHmac, timingSafeEqual } from 'node:crypto';
import { ID_BYTES, idBytes, idText, UserId } from '../platform/ids.ts';
import { secretHash } from '../platform/secret-hash.ts';
import type { Generations, RefreshTokenKeys } from './keys.ts';

/** Whose session a refresh token belongs to. */
export type RefreshOwner = { userId: UserId; sessionId: string };

const SECRET_BYTES = 32;
const TAG_BYTES = 16;
const BODY_BYTES = 2 * ID_BYTES + SECRET_BYTES;

/**
 * A refresh token: opaque to phones, 256 bits of it secret. To us it also names its session under a tag only we can
 * make, so that a forged one costs no query, and one of any age that is used again is known for what it is although
 * only the hashes of the last two are stored.
 *
 * @param secret 32 random bytes
 */
export function firstRefreshToken({ userId, sessionId }: RefreshOwner, secret: Buffer, keys: RefreshTokenKeys): string {
  return tagged(Buffer.concat([idBytes(userId), idBytes(sessionId), secret]), keys);
}

/** Always the same for the same token: a phone that lost the answer asks again, and only hashes need to be stored. */
export function successorOf(token: string, keys: RefreshTokenKeys): string {
  const presented = Buffer.from(token, 'base64url');
  const secret = createHmac('sha256', keys.successor).update(presented).digest();
  return tagged(Buffer.concat([presented.subarray(0, 2 * ID_BYTES), secret]), keys);
}

/** Whose token this is; `null` for anything we did not make under one of `keys`. */
export function ownerOf(token: string, keys: Generations<RefreshTokenKeys>): RefreshOwner | null {
  const bytes = Buffer.from(token, 'base64url');
  // A second spelling of the same bytes would have another hash and pass for a token that was used before.
  if (bytes.length !== BODY_BYTES + TAG_BYTES || bytes.toString('base64url') !== token) return null;
  const body = bytes.subarray(0, BODY_BYTES);
  if (!keys.some((generation) => timingSafeEqual(tagOf(body, generation), bytes.subarray(BODY_BYTES)))) return null;
  return {
    userId: UserId.parse(idText(body.subarray(0, ID_BYTES))),
    sessionId: idText(body.subarray(ID_BYTES, 2 * ID_BYTES)),
  };
}

/** What is stored of a token. */
export const refreshHash = secretHash;

const tagged = (body: Buffer, keys: RefreshTokenKeys): string =>
  Buffer.concat([body, tagOf(body, keys)]).toString('base64url');

const tagOf = (body: Buffer, keys: RefreshTokenKeys): Buffer =>
  createHmac('sha256', keys.tag).update(body).digest().subarray(0, TAG_BYTES);

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deriveAccountKeys } from '../../../shared/accounts/keys.ts';
import { firstRefreshToken, ownerOf, refreshHash, successorOf } from '../../../shared/accounts/refresh-token.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';

const { refreshToken: generations } = deriveAccountKeys(
  'a server secret of at least thirty-two characters',
  [],
  'https://a.test',
);
const [keys] = generations;
const others = deriveAccountKeys('another secret of at least thirty-two characters', [], 'https://a.test').refreshToken;
const owner = { userId: newId<UserId>(), sessionId: newId() };
const token = firstRefreshToken(owner, randomBytes(32), keys);

describe('a refresh token', () => {
  it('names its user and session to us', () => {
    expect(ownerOf(token, generations)).toEqual(owner);
  });

  it('has one successor, of the same session', () => {
    const next = successorOf(token, keys);
    expect(successorOf(token, keys)).toBe(next);
    expect(next).not.toBe(token);
    expect(ownerOf(next, generations)).toEqual(owner);
  });

  it('has a successor nobody else can compute', () => {
    expect(successorOf(token, others[0])).not.toBe(successorOf(token, keys));
  });

  it('is kept as a hash that does not contain it', () => {
    expect(refreshHash(token)).toHaveLength(32);
    expect(refreshHash(token).equals(refreshHash(successorOf(token, keys)))).toBe(false);
  });

  it('is not ours under another key', () => {
    expect(ownerOf(token, others)).toBeNull();
  });

  it('is not ours with any one byte changed', () => {
    fc.assert(
      fc.property(fc.nat(79), fc.integer({ min: 1, max: 255 }), (position, change) => {
        const bytes = Buffer.from(token, 'base64url');
        bytes[position] = (bytes[position] ?? 0) ^ change;
        expect(ownerOf(bytes.toString('base64url'), generations)).toBeNull();
      }),
    );
  });

  it('has a single spelling', () => {
    expect(ownerOf(`${token}=`, generations)).toBeNull();
    expect(ownerOf(`${token.slice(0, 4)} ${token.slice(4)}`, generations)).toBeNull();
  });

  it('is nothing else that may be sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => ownerOf(text, generations) === null),
    );
  });
});

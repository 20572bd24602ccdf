import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { GCM_OVERHEAD, gcmDecrypt, gcmEncrypt } from '../../../shared/platform/gcm.ts';

type Vector = { key: string; iv: string; plaintext: string; ciphertext: string; tag: string; aad?: string };
const { vectors: nist }: { vectors: Vector[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/nist-gcm-256.json', import.meta.url), 'utf8'),
);

/** McGrew & Viega, "The Galois/Counter Mode of Operation", test case 16: with additional data. */
const withAdditionalData: Vector = {
  key: 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
  iv: 'cafebabefacedbaddecaf888',
  aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
  plaintext:
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  ciphertext:
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
  tag: '76fc6ece0f4e1768cddf8853bb2d551b',
};

const hex = (text = '') => Buffer.from(text, 'hex');

describe('AES-256-GCM', () => {
  it.each([...nist, withAdditionalData])('makes the published ciphertext and tag ($iv)', (vector) => {
    const [key, aad] = [hex(vector.key), hex(vector.aad)];
    const sealed = gcmEncrypt(key, hex(vector.iv), hex(vector.plaintext), aad);
    expect(sealed.toString('hex')).toBe(vector.iv + vector.ciphertext + vector.tag);
    expect(sealed).toHaveLength(vector.plaintext.length / 2 + GCM_OVERHEAD);
    expect(gcmDecrypt(key, sealed, aad)?.toString('hex')).toBe(vector.plaintext);
  });

  it('gives nothing back for other additional data, or for less than an IV and a tag', () => {
    const { key, iv, plaintext, ciphertext, tag } = withAdditionalData;
    expect(gcmDecrypt(hex(key), hex(iv + ciphertext + tag), Buffer.alloc(0))).toBeNull();
    expect(gcmDecrypt(hex(key), hex(iv + tag).subarray(1), Buffer.alloc(0))).toBeNull();
    expect(plaintext).not.toBe('');
  });
});

import { hkdfSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newKeyId, recordingKey } from '../../../docs/client/recording-key.ts';
import { newRecoveryCode } from '../../../docs/client/recovery-code.ts';

const vault = new Uint8Array(32).fill(3);
const raw = async (key: CryptoKey) => Buffer.from(await crypto.subtle.exportKey('raw', key)).toString('hex');

describe('the key of a recording', () => {
  it('is HKDF-SHA-256 of the vault under its keyId, as any other implementation makes it', async () => {
    const other = hkdfSync('sha256', vault, '', 'amira.recording.1 5yQ1', 32);
    expect(await raw(await recordingKey(vault, '5yQ1'))).toBe(Buffer.from(other).toString('hex'));
  });

  it('is another for each recording', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => recordingKey(vault, newKeyId()).then(raw)));
    expect(new Set(keys).size).toBe(20);
  });

  it('goes by a name that the API takes', () => {
    expect(newKeyId()).toMatch(/^[\w-]{22}$/);
  });
});

describe('a recovery code', () => {
  it('is six groups of four letters that cannot be mistaken for each other', () => {
    expect(newRecoveryCode()).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
  });
});

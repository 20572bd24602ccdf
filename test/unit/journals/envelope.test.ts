import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decryptRecording,
  encryptRecording,
  importRecordingKey,
  newRecordingKey,
} from '../../../docs/client/recording-envelope.ts';
import { chunkBytes, Envelope, objectSize } from '../../../shared/journals/envelope.ts';
import { opensslEnvelope, opensslSealed } from '../../support/audio/openssl-envelope.ts';

type Vector = { key: string; iv: string; plaintext: string; ciphertext: string; tag: string };
type VectorWithData = Vector & { additionalData: string };
const { vectors, withAdditionalData }: { vectors: Vector[]; withAdditionalData: VectorWithData[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/nist-gcm-256.json', import.meta.url), 'utf8'),
);
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');

const randomBytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const envelope = { version: 1, algorithm: 'AES-256-GCM', iv: 'AAECAwQFBgcICQoL', keyId: 'key-1' };

describe('an envelope', () => {
  it.each(vectors)('of version 1 is NIST’s ciphertext followed by the tag ($iv)', async (vector) => {
    const sealed = await encryptRecording(
      bytes(vector.plaintext),
      await importRecordingKey(bytes(vector.key)),
      1,
      bytes(vector.iv),
    );
    expect(hex(sealed.object)).toBe(vector.ciphertext + vector.tag);
    expect(sealed.object).toHaveLength(objectSize(vector.plaintext.length / 2, 1));
  });

  it.each(vectors)('of version 2 is the IV, then NIST’s ciphertext and tag ($iv)', async (vector) => {
    const sealed = await encryptRecording(
      bytes(vector.plaintext),
      await importRecordingKey(bytes(vector.key)),
      2,
      bytes(vector.iv),
    );
    expect(hex(sealed.object)).toBe(vector.iv + vector.ciphertext + vector.tag);
    expect(sealed.object).toHaveLength(objectSize(vector.plaintext.length / 2, 2));
  });

  it('of every version is what another implementation makes of the documented framing, at any length', async () => {
    const borders = fc.constantFrom(0, 1, 16, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes);
    const lengths = fc.oneof(borders, fc.nat(2 * chunkBytes + 99));
    await fc.assert(
      fc.asyncProperty(
        lengths,
        fc.constantFrom(1, 2, 3),
        randomBytes(32),
        randomBytes(8),
        async (length, version, key, prefix) => {
          const recording = Uint8Array.from({ length }, (_, at) => at * 31 + (at >> 8));
          const iv = Uint8Array.from([...prefix, 0, 0, 0, 0]);
          const sealed = await encryptRecording(recording, await importRecordingKey(key), version, iv);
          const expected = opensslEnvelope(recording, { key, iv, version });
          expect(expected.equals(sealed.object)).toBe(true);
          expect(sealed.object).toHaveLength(objectSize(length, version));
        },
      ),
      { numRuns: 40, seed: 8 },
    );
  });

  it.each(withAdditionalData)('has additional data as NIST’s vectors have it ($iv)', async (vector) => {
    const [key, iv, data] = [bytes(vector.key), bytes(vector.iv), bytes(vector.additionalData)];
    const sealed = opensslSealed(bytes(vector.plaintext), key, iv, data);
    expect(hex(sealed)).toBe(vector.ciphertext + vector.tag);
    const algorithm = { name: 'AES-GCM', iv, additionalData: data, tagLength: 128 };
    const byWebCrypto = await crypto.subtle.encrypt(algorithm, await importRecordingKey(key), bytes(vector.plaintext));
    expect(hex(new Uint8Array(byWebCrypto))).toBe(vector.ciphertext + vector.tag);
  });

  it('is checked with vectors of nothing, of parts of a block, and of additional data', () => {
    const lengths = (some: readonly Vector[]) => [...new Set(some.map(({ plaintext }) => plaintext.length / 2))];
    expect(lengths(vectors)).toEqual([0, 13, 16, 32, 51]);
    expect(lengths(withAdditionalData)).toEqual([0, 16, 51]);
  });

  it('of version 3 is the documented vector', async () => {
    const key = await importRecordingKey(Uint8Array.from({ length: 32 }, (_, at) => at));
    const iv = bytes('3f9107c45ae2186d00000000');
    const short = await encryptRecording(new Uint8Array(Buffer.from('Amira')), key, 3, iv);
    expect(hex(short.object)).toBe('4be82d414f1d55d01fb05080859f45b1ad409bd6e7');
    expect(short).toMatchObject({ iv: 'P5EHxFriGG0AAAAA', fileSize: 5 });
    const twoChunks = await encryptRecording(new Uint8Array(chunkBytes + 1), key, 3, iv);
    expect(twoChunks.checksum).toBe('d8w7DlvHumL8B8UkDJNLCsx+S2GfSnUPLZ8IFR3pf7I=');
  });

  it('has the size that the arithmetic foretells, in every version', async () => {
    const key = await newRecordingKey();
    for (const size of [1, 15, 16, 17, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes]) {
      for (const version of [1, 2, 3] as const) {
        const { object, fileSize } = await encryptRecording(new Uint8Array(size), key, version);
        expect(object).toHaveLength(objectSize(fileSize, version));
      }
    }
  });

  it('never shrinks as the recording grows', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.constantFrom(1, 2, 3), (size, version) => {
        expect(objectSize(size + 1, version)).toBeGreaterThan(objectSize(size, version));
      }),
    );
  });

  it('adds 16, 28, or 16 for each begun 64 KiB', () => {
    expect(objectSize(1_000_000, 1)).toBe(1_000_016);
    expect(objectSize(1_000_000, 2)).toBe(1_000_028);
    expect(objectSize(1_000_000, 3)).toBe(1_000_000 + 16 * 16);
  });

  it('is declared with a known version and algorithm, and nothing else', () => {
    expect(Envelope.safeParse(envelope).success).toBe(true);
    expect(Envelope.safeParse({ ...envelope, version: 4 }).success).toBe(false);
    expect(Envelope.safeParse({ ...envelope, algorithm: 'AES-128-GCM' }).success).toBe(false);
    expect(Envelope.safeParse({ ...envelope, keyId: 'a key' }).success).toBe(false);
    expect(Envelope.safeParse({ ...envelope, key: 'secret' }).success).toBe(false);
  });
});

describe('an encrypted recording', () => {
  const recording = new Uint8Array(2 * chunkBytes + 1000).map((_, at) => at % 251);

  it('comes back as it was, in every version', async () => {
    const key = await newRecordingKey();
    for (const version of [1, 2, 3] as const) {
      const { object, iv } = await encryptRecording(recording, key, version);
      expect(hex(await decryptRecording(object, key, { version, iv }))).toBe(hex(recording));
    }
  });

  it('has another IV and other bytes each time', async () => {
    const key = await newRecordingKey();
    const [one, other] = await Promise.all([encryptRecording(recording, key, 3), encryptRecording(recording, key, 3)]);
    expect(one.iv).not.toBe(other.iv);
    expect(one.checksum).not.toBe(other.checksum);
  });

  it('does not open when a byte was changed or the end was cut off, in every version', async () => {
    const key = await newRecordingKey();
    for (const version of [1, 2, 3] as const) {
      const { object, iv } = await encryptRecording(recording, key, version);
      const changed = object.map((byte, at) => (at === 500 ? byte ^ 1 : byte));
      await expect(decryptRecording(changed, key, { version, iv })).rejects.toThrow();
      await expect(decryptRecording(object.subarray(0, -1), key, { version, iv })).rejects.toThrow();
    }
  });

  it('in chunks does not open when whole chunks are missing, doubled or swapped', async () => {
    const key = await newRecordingKey();
    const { object, iv } = await encryptRecording(recording, key, 3);
    const sealed = chunkBytes + 16;
    const [first, second, last] = [object.slice(0, sealed), object.slice(sealed, 2 * sealed), object.slice(2 * sealed)];
    for (const tampered of [
      [first, second],
      [second, first, last],
      [first, first, second, last],
    ]) {
      const joined = new Uint8Array(Buffer.concat(tampered));
      await expect(decryptRecording(joined, key, { version: 3, iv })).rejects.toThrow();
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import type { EnvelopeVersion } from '../../../shared/journals/envelope.ts';
import {
  declaredParts,
  namedPartsProblem,
  partBytes,
  partChecksumsProblem,
  partsOf,
} from '../../../shared/journals/upload-parts.ts';

const declared = (fileSize: number, version: EnvelopeVersion = 1) => ({
  fileSize,
  envelope: { version, algorithm: 'AES-256-GCM' as const, iv: 'P5EHxFriGG2zcCz4', keyId: 'key-1' },
});
const checksums = (count: number) => Array.from({ length: count }, () => 'sum');
const named = (...numbers: number[]) => numbers.map((number) => ({ number }));

describe('an object', () => {
  it.each([
    [1, 33_554_432 - 16],
    [2, 33_554_432 - 28],
    [3, 33_554_432 - 512 * 16],
  ] as const)('in envelope %i comes in parts from 32 MiB and one byte on', (version, fileSize) => {
    expect(declaredParts(declared(fileSize, version))).toEqual([]);
    expect(declaredParts(declared(fileSize + 1, version)).length).toBeGreaterThan(2);
  });

  it('has parts of 16 MiB, and a last one of what is left', () => {
    expect(partsOf(2 * partBytes + 1)).toEqual([
      { number: 1, size: partBytes },
      { number: 2, size: partBytes },
      { number: 3, size: 1 },
    ]);
    expect(partsOf(2 * partBytes)).toHaveLength(2);
    expect(declaredParts(declared(200_000_000, 3))).toHaveLength(12);
  });
});

describe('declared checksums of parts', () => {
  it('are as many as there are parts, or none', () => {
    expect(partChecksumsProblem({ ...declared(40_000_000), partChecksums: checksums(3) })).toBeNull();
    expect(partChecksumsProblem(declared(40_000_000))).toBeNull();
    expect(partChecksumsProblem(declared(1_000))).toBeNull();
  });

  it.each([
    [40_000_000, 2],
    [40_000_000, 0],
    [1_000, 1],
  ])('of an object of %i bytes are not %i', (fileSize, count) => {
    const problem = partChecksumsProblem({ ...declared(fileSize), partChecksums: checksums(count) });
    expect(problem).toMatchObject({ path: 'audio.partChecksums', code: 'wrong_count' });
  });
});

describe('the parts a phone names', () => {
  it('are all of them, in any order', () => {
    expect(namedPartsProblem(named(3, 1, 2), 3)).toBeNull();
    expect(namedPartsProblem(undefined, 0)).toBeNull();
  });

  it.each([
    ['one is missing', named(1, 3), 3],
    ['one is named twice', named(1, 2, 2), 3],
    ['one is named twice beside all others', named(1, 2, 3, 3), 3],
    ['there is one too many', named(1, 2, 3, 4), 3],
    ['none is named', undefined, 3],
  ])('are refused where %s', (_what, parts, expected) => {
    expect(namedPartsProblem(parts, expected)).toMatchObject({ path: 'parts', code: 'incomplete_parts' });
  });

  it('are refused for an upload that was one', () => {
    expect(namedPartsProblem(named(1), 0)).toMatchObject({ path: 'parts', code: 'not_in_parts' });
    expect(namedPartsProblem([], 0)).toMatchObject({ code: 'not_in_parts' });
  });
});

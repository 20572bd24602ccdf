import { describe, expect, it } from '@jest/globals';
import { type ChecksumAlgorithm, checksumOf, runningChecksum } from '../../support/stand-ins/s3/checksums.ts';

const digits = Buffer.from('123456789');

describe('checksums', () => {
  // The check values of the CRC catalogue (reveng) and of FIPS 180-4.
  it.each<[ChecksumAlgorithm, string]>([
    ['crc32', 'cbf43926'],
    ['crc32c', 'e3069283'],
    ['crc64nvme', 'ae8b14860a799888'],
    ['sha1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['sha256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ])('%s of "123456789" is the published one', (algorithm, expected) => {
    expect(checksumOf(algorithm, digits).toString('hex')).toBe(expected);
  });

  it.each<[ChecksumAlgorithm]>([['crc32'], ['crc32c'], ['crc64nvme'], ['sha1'], ['sha256']])(
    '%s is the same in pieces as in one',
    (algorithm) => {
      const running = runningChecksum(algorithm);
      for (const byte of digits) running.update(Buffer.of(byte));
      expect(running.digest()).toEqual(checksumOf(algorithm, digits));
    },
  );
});

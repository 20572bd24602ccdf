import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The checksum algorithms of `x-amz-checksum-*`. */
export const checksumAlgorithms = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** A checksum that takes its bytes piece by piece. `digest` may be called once; big-endian, as S3 encodes it in base64. */
export type RunningChecksum = { update(chunk: Uint8Array): void; digest(): Buffer };

export const isChecksumAlgorithm = (name: string): name is ChecksumAlgorithm =>
  checksumAlgorithms.some((algorithm) => algorithm === name);

export const runningChecksum = (algorithm: ChecksumAlgorithm): RunningChecksum => makers[algorithm]();

export const checksumOf = (algorithm: ChecksumAlgorithm, data: Uint8Array): Buffer => {
  const running = runningChecksum(algorithm);
  running.update(data);
  return running.digest();
};

/** Bytes of a digest, to tell a malformed value from a wrong one. */
export const checksumLength: Record<ChecksumAlgorithm, number> = {
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
  sha1: 20,
  sha256: 32,
};

const makers: Record<ChecksumAlgorithm, () => RunningChecksum> = {
  crc32: runningCrc32,
  crc32c: runningCrc32c,
  crc64nvme: runningCrc64Nvme,
  sha1: () => nodeHash('sha1'),
  sha256: () => nodeHash('sha256'),
};

function nodeHash(name: string): RunningChecksum {
  const hash = createHash(name);
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest() };
}

function runningCrc32(): RunningChecksum {
  let value = 0;
  return {
    update: (chunk) => {
      value = crc32(chunk, value);
    },
    digest: () => uint32(value),
  };
}

/** CRC-32C (Castagnoli; RFC 3720 appendix B.4). */
function runningCrc32c(): RunningChecksum {
  let crc = 0xffff_ffff;
  return {
    update: (chunk) => {
      for (const byte of chunk) crc = (crc >>> 8) ^ (crc32cTable[(crc ^ byte) & 0xff] ?? 0);
    },
    digest: () => uint32(~crc >>> 0),
  };
}

/** CRC-64/NVME (NVM Express base specification 2.0, figure 114), in two halves because a number holds only 53 bits. */
function runningCrc64Nvme(): RunningChecksum {
  let [high, low] = [0xffff_ffff, 0xffff_ffff];
  return {
    update: (chunk) => {
      for (const byte of chunk) {
        const at = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (crc64Table.low[at] ?? 0);
        high = (high >>> 8) ^ (crc64Table.high[at] ?? 0);
      }
    },
    digest: () => Buffer.concat([uint32(~high >>> 0), uint32(~low >>> 0)]),
  };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

const crc32cTable = Uint32Array.from({ length: 256 }, (_, byte) =>
  Number(reflectedRemainder(BigInt(byte), 0x82f6_3b78n)),
);

const crc64Remainders = Array.from({ length: 256 }, (_, byte) =>
  reflectedRemainder(BigInt(byte), 0x9a6c_9329_ac4b_c9b5n),
);
const crc64Table = {
  high: Uint32Array.from(crc64Remainders, (value) => Number(value >> 32n)),
  low: Uint32Array.from(crc64Remainders, (value) => Number(value & 0xffff_ffffn)),
};

function reflectedRemainder(byte: bigint, polynomial: bigint): bigint {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
  return value;
}

/**
 * Where every byte of a ZIP archive lies (PKWARE APPNOTE 6.3.10) before any of it is made: entries are stored, not compressed,
 * and their sizes and checksums are known. Beyond 4 GiB or 65,535 entries the ZIP64 fields say what the old ones cannot.
 */
export type ZipEntry = { path: string; bytes: number; crc32: number };

/** A stretch of the archive: bytes of the format itself, or the body of the entry at `index`. */
export type Stretch = { at: number; size: number } & (
  | { kind: 'format'; bytes: Buffer }
  | { kind: 'body'; index: number }
);

export type ZipLayout = { size: number; stretches: Stretch[] };

const MAX_32 = 0xffff_ffff;
const MAX_16 = 0xffff;
const UTF_8 = 0x0800;
const PLAIN = 20;
const ZIP64 = 45;
const MADE_ON_UNIX = (3 << 8) | ZIP64;
const READABLE_FILE = (0o100644 << 16) >>> 0;

/** @param modifiedAt of every entry, told in UTC: the same archive comes out each time */
export function zipLayout(entries: readonly ZipEntry[], modifiedAt: Temporal.Instant): ZipLayout {
  const stretches: Stretch[] = [];
  let at = 0;
  const add = (bytes: Buffer) => {
    stretches.push({ kind: 'format', at, size: bytes.length, bytes });
    at += bytes.length;
  };
  const directory = entries.map((entry, index) => {
    const offset = at;
    add(localHeader(entry, modifiedAt));
    if (entry.bytes > 0) stretches.push({ kind: 'body', at, size: entry.bytes, index });
    at += entry.bytes;
    return directoryEntry(entry, offset, modifiedAt);
  });
  const begin = at;
  for (const bytes of directory) add(bytes);
  add(endOf(entries.length, begin, at - begin));
  return { size: at, stretches };
}

function localHeader({ path, bytes, crc32 }: ZipEntry, modifiedAt: Temporal.Instant): Buffer {
  const extra = bytes >= MAX_32 ? zip64Extra([bytes, bytes]) : Buffer.alloc(0);
  const name = Buffer.from(path);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  writeCommon(head, 4, { bytes, crc32, modifiedAt, zip64: extra.length > 0, name, extra });
  return Buffer.concat([head, name, extra]);
}

function directoryEntry({ path, bytes, crc32 }: ZipEntry, offset: number, modifiedAt: Temporal.Instant): Buffer {
  const large = [...(bytes >= MAX_32 ? [bytes, bytes] : []), ...(offset >= MAX_32 ? [offset] : [])];
  const extra = large.length > 0 ? zip64Extra(large) : Buffer.alloc(0);
  const name = Buffer.from(path);
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(MADE_ON_UNIX, 4);
  writeCommon(head, 6, { bytes, crc32, modifiedAt, zip64: extra.length > 0, name, extra });
  head.writeUInt32LE(READABLE_FILE, 38);
  head.writeUInt32LE(Math.min(offset, MAX_32), 42);
  return Buffer.concat([head, name, extra]);
}

type Common = {
  bytes: number;
  crc32: number;
  modifiedAt: Temporal.Instant;
  zip64: boolean;
  name: Buffer;
  extra: Buffer;
};

/** The 26 bytes that the header of an entry and its line in the directory have alike. */
function writeCommon(head: Buffer, at: number, { bytes, crc32, modifiedAt, zip64, name, extra }: Common): void {
  const { date, time } = dosTime(modifiedAt);
  head.writeUInt16LE(zip64 ? ZIP64 : PLAIN, at);
  head.writeUInt16LE(UTF_8, at + 2);
  head.writeUInt16LE(time, at + 6);
  head.writeUInt16LE(date, at + 8);
  head.writeUInt32LE(crc32, at + 10);
  head.writeUInt32LE(Math.min(bytes, MAX_32), at + 14);
  head.writeUInt32LE(Math.min(bytes, MAX_32), at + 18);
  head.writeUInt16LE(name.length, at + 22);
  head.writeUInt16LE(extra.length, at + 24);
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return extra;
}

function endOf(count: number, begin: number, size: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, MAX_16), 8);
  end.writeUInt16LE(Math.min(count, MAX_16), 10);
  end.writeUInt32LE(Math.min(size, MAX_32), 12);
  end.writeUInt32LE(Math.min(begin, MAX_32), 16);
  const fits = count < MAX_16 && size < MAX_32 && begin < MAX_32;
  return fits ? end : Buffer.concat([zip64End(count, begin, size), end]);
}

/** The record with the large numbers, and where to find it. */
function zip64End(count: number, begin: number, size: number): Buffer {
  const end = Buffer.alloc(56 + 20);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(MADE_ON_UNIX, 12);
  end.writeUInt16LE(ZIP64, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(begin), 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(begin + size), 64);
  end.writeUInt32LE(1, 72);
  return end;
}

function dosTime(instant: Temporal.Instant): { date: number; time: number } {
  const { year, month, day, hour, minute, second } = instant.toZonedDateTimeISO('UTC');
  return {
    date: ((Math.max(year, 1980) - 1980) << 9) | (month << 5) | day,
    time: (hour << 11) | (minute << 5) | (second >> 1),
  };
}

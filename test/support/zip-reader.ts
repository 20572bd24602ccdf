import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';

/** An archive as an implementation that is none of ours reads it: names and sizes, and bodies checked against their CRC. */
export async function readZip(archive: Buffer): Promise<Map<string, Buffer>> {
  const zip = await yauzl.fromBufferPromise(archive, { strictFileNames: true, validateEntrySizes: true });
  const files = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (crc32(body) !== entry.crc32) throw new Error(`${entry.fileName} has another CRC than the archive says`);
    files.set(entry.fileName, body);
  }
  return files;
}

/** The directory of an archive that nobody could hold: its bytes come from `bytesAt`. */
export async function directoryOf(size: number, bytesAt: (from: number, to: number) => Buffer) {
  class Source extends yauzl.RandomAccessReader {
    override _readStreamForRange(from: number, to: number) {
      return Readable.from([bytesAt(from, to)]);
    }
  }
  const zip = await yauzl.fromRandomAccessReaderPromise(new Source(), size, { autoClose: false });
  const entries: { path: string; bytes: number; at: number }[] = [];
  for await (const { fileName, uncompressedSize, relativeOffsetOfLocalHeader } of zip.eachEntry())
    entries.push({ path: fileName, bytes: uncompressedSize, at: relativeOffsetOfLocalHeader });
  return entries;
}

import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import yauzl from 'yauzl';
import { byteRange } from '../../../shared/exports/byte-range.ts';
import { type ZipEntry, zipLayout } from '../../../shared/exports/zip-layout.ts';
import { directoryOf, readZip } from '../../support/zip-reader.ts';

const at = Temporal.Instant.from('2026-11-21T10:00:00Z');
const entryOf = (path: string, body: Buffer): ZipEntry => ({ path, bytes: body.length, crc32: crc32(body) });

/** The archive as a whole. */
function archive(bodies: ReadonlyMap<string, Buffer>): Buffer {
  const layout = zipLayout(
    [...bodies].map(([path, body]) => entryOf(path, body)),
    at,
  );
  const all = [...bodies.values()];
  return Buffer.concat(
    layout.stretches.map((stretch) =>
      stretch.kind === 'format' ? stretch.bytes : (all[stretch.index] ?? Buffer.alloc(0)),
    ),
  );
}

/** Bytes of an archive whose bodies are all zeros, however large. */
const bytesOf = (layout: ReturnType<typeof zipLayout>) => (from: number, to: number) => {
  const bytes = Buffer.alloc(to - from);
  for (const stretch of layout.stretches) {
    if (stretch.kind !== 'format' || stretch.at >= to || stretch.at + stretch.size <= from) continue;
    const start = Math.max(from, stretch.at);
    stretch.bytes.copy(bytes, start - from, start - stretch.at, Math.min(to, stretch.at + stretch.size) - stretch.at);
  }
  return bytes;
};

describe('an archive', () => {
  it('is read by others as it was meant, whatever is in it', async () => {
    const bodies = fc.uniqueArray(
      fc.record({ name: fc.stringMatching(/^[a-zñ]{1,12}$/), body: fc.uint8Array({ maxLength: 2_000 }) }),
      { selector: ({ name }) => name, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (files) => {
        const given = new Map(files.map(({ name, body }) => [`folder/${name}.txt`, Buffer.from(body)]));
        expect(await readZip(archive(given))).toEqual(given);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['an entry of 5 GiB before another', [5 * 2 ** 30, 17]],
    ['entries of 3 GiB each', [3 * 2 ** 30, 3 * 2 ** 30, 3 * 2 ** 30]],
    ['an entry of exactly 4 GiB less a byte', [2 ** 32 - 1, 1]],
  ])('holds %s', async (_what, sizes) => {
    const entries = sizes.map((bytes, index) => ({ path: `${index}.bin`, bytes, crc32: 7 }));
    const layout = zipLayout(entries, at);
    const read = await directoryOf(layout.size, bytesOf(layout));
    expect(read.map(({ path, bytes }) => ({ path, bytes }))).toEqual(
      entries.map(({ path, bytes }) => ({ path, bytes })),
    );
    const bodies = layout.stretches.filter(({ kind }) => kind === 'body');
    for (const [index, { at: header }] of read.entries()) {
      const head = bytesOf(layout)(header, header + 30);
      const name = head.readUInt16LE(26) + head.readUInt16LE(28);
      expect([head.readUInt32LE(0), header + 30 + name]).toEqual([0x04034b50, bodies[index]?.at]);
    }
  });

  it('holds more than 65,535 entries', async () => {
    const entries = Array.from({ length: 66_000 }, (_, index) => ({ path: `${index}`, bytes: 0, crc32: 0 }));
    const layout = zipLayout(entries, at);
    const whole = layout.stretches.flatMap((stretch) => (stretch.kind === 'format' ? [stretch.bytes] : []));
    const { entryCount } = await yauzl.fromBufferPromise(Buffer.concat(whole));
    expect(entryCount).toBe(66_000);
  });
});

describe('a range of bytes', () => {
  it.each([
    ['bytes=0-9', { from: 0, to: 10 }],
    ['bytes=90-', { from: 90, to: 100 }],
    ['bytes=-7', { from: 93, to: 100 }],
    ['bytes=-700', { from: 0, to: 100 }],
    ['bytes=5-400', { from: 5, to: 100 }],
    ['bytes=100-', null],
    ['bytes=9-3', null],
    ['bytes=-0', null],
    ['bytes=-', null],
    ['bytes=0-1,5-6', null],
    ['lines=1-2', null],
    [undefined, null],
  ])('%s of 100', (header, range) => {
    expect(byteRange(header, 100)).toEqual(range);
  });
});

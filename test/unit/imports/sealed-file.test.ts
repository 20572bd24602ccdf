import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openFile, sealFile } from '../../../shared/imports/sealed-file.ts';
import { type ImportId, newId, type UserId } from '../../../shared/platform/ids.ts';
import { userCipher } from '../../../shared/privacy/sealed-text.ts';

const cipher = userCipher(newId<UserId>(), randomBytes(32));
const importId = newId<ImportId>();
const wish = { timeZone: 'Europe/Madrid', moods: null };

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function opened(bytes: Buffer, { size = 1_000, id = importId, by = cipher } = {}) {
  const file = await openFile(by, id, chunksOf(bytes, size));
  const pieces: string[] = [];
  for await (const piece of file.pieces) pieces.push(piece);
  return { ...file, text: pieces.join('') };
}

/** The frames of a sealed file, each with its length. */
function framesOf(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at);
    frames.push(bytes.subarray(at, end));
    at = end;
  }
  return frames;
}

describe('a sealed file', () => {
  it('is opened as it was sealed, in whatever chunks it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.nat(30),
        fc.integer({ min: 20, max: 200_000 }),
        async (text, times, size) => {
          const long = text.repeat(times * 50);
          const file = await opened(sealFile(cipher, importId, long, wish), { size });
          expect(file).toMatchObject({ text: long, bytes: Buffer.byteLength(long), wish });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('divides no character that takes two', async () => {
    const text = `a${'😀'.repeat(20_000)}`;
    expect((await opened(sealFile(cipher, importId, text, wish))).text).toBe(text);
  });

  it('shows nothing of what is in it', () => {
    const sealed = sealFile(cipher, importId, 'a secret'.repeat(100), wish);
    for (const word of ['secret', 'Madrid', importId]) expect(sealed.includes(word)).toBe(false);
  });

  it.each<[string, (frames: Buffer[]) => Buffer[]]>([
    ['a piece left out', (frames) => frames.toSpliced(1, 1)],
    ['the last piece left out', (frames) => frames.slice(0, -1)],
    [
      'two pieces changed over',
      ([head, one, two, ...more]) => [head, two, one, ...more].flatMap((frame) => frame ?? []),
    ],
    ['a piece twice', (frames) => [...frames, ...frames.slice(-1)]],
    ['half a piece', (frames) => [...frames.slice(0, -1), (frames.at(-1) ?? Buffer.of()).subarray(0, -5)]],
    ['nothing', () => []],
    [
      'a piece of another',
      (frames) => [...frames.slice(0, 2), ...framesOf(sealFile(cipher, newId(), LONG, wish)).slice(2)],
    ],
  ])('with %s is refused', async (_what, change) => {
    const frames = framesOf(sealFile(cipher, importId, LONG, wish));
    expect(frames.length).toBeGreaterThan(3);
    await expect(opened(Buffer.concat(change(frames)))).rejects.toMatchObject({
      code: 'import_file_changed',
      class: 'permanent',
    });
  });

  it('of another import, or with a bit changed, or of somebody else is refused', async () => {
    const sealed = sealFile(cipher, importId, LONG, wish);
    await expect(opened(sealed, { id: newId() })).rejects.toMatchObject({ code: 'import_file_changed' });
    const stranger = userCipher(newId<UserId>(), randomBytes(32));
    await expect(opened(sealed, { by: stranger })).rejects.toMatchObject({ code: 'sealed_text_unreadable' });
    const changed = Buffer.from(sealed);
    changed[40_000] = (changed[40_000] ?? 0) ^ 1;
    await expect(opened(changed)).rejects.toMatchObject({ code: 'sealed_text_unreadable' });
  });
});

const LONG = 'line\n'.repeat(15_000);

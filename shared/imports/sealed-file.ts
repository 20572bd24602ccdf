import { z } from 'zod';
import { permanent } from '../platform/errors.ts';
import { ImportId } from '../platform/ids.ts';
import { TimeZone } from '../platform/time/local-date.ts';
import type { UserCipher } from '../privacy/index.ts';

/** How a file is to be read. `timeZone` and `moods` are for formats that need them; `null`: nothing was said. */
export const ReadingWish = z.object({ timeZone: TimeZone.nullable(), moods: z.array(z.array(z.string())).nullable() });
export type ReadingWish = z.infer<typeof ReadingWish>;

const Head = ReadingWish.extend({ importId: ImportId, bytes: z.int(), pieces: z.int() });
type Head = z.infer<typeof Head>;

/** A file as it was sealed; `bytes` is its length in UTF-8. */
export type OpenedFile = { wish: ReadingWish; bytes: number; pieces: AsyncGenerator<string> };

/** Characters in a piece: what is opened and read at a time, so that other work has its turns between two. */
const PIECE_CHARS = 8 * 1024;
const LENGTH_BYTES = 4;
const COLUMN = 'import_file.body';

/**
 * The file as it rests: a head, then its text in pieces, each sealed by itself with its owner's key and preceded by its length
 * in four bytes. Every piece names the import and its place, so that none can be left out, repeated or taken from another.
 */
export function sealFile(cipher: UserCipher, importId: ImportId, text: string, wish: ReadingWish): Buffer {
  const pieces = [...piecesOf(text)];
  const head: Head = { ...wish, importId, bytes: Buffer.byteLength(text), pieces: pieces.length };
  const texts = [JSON.stringify(head), ...pieces.map((piece, at) => `${placeOf(importId, at)}${piece}`)];
  return Buffer.concat(texts.flatMap((each) => framed(cipher.seal(COLUMN, each))));
}

/**
 * Opens a file while it arrives.
 * @throws `sealed_text_unreadable` or `import_file_changed` for what is not the file that was sealed
 */
export async function openFile(
  cipher: UserCipher,
  importId: ImportId,
  chunks: AsyncIterable<Buffer>,
): Promise<OpenedFile> {
  const frames = framesIn(chunks);
  try {
    const { timeZone, moods, bytes, pieces } = openHead(cipher, importId, await frames.next());
    return { wish: { timeZone, moods }, bytes, pieces: openPieces(cipher, importId, frames, pieces) };
  } catch (error) {
    // Nobody is going to read the rest.
    await frames.return(undefined);
    throw error;
  }
}

function openHead(cipher: UserCipher, importId: ImportId, first: IteratorResult<Buffer, void>): Head {
  if (first.done) throw changed();
  const head = Head.parse(JSON.parse(open(cipher, first.value)));
  if (head.importId !== importId) throw changed();
  return head;
}

async function* openPieces(
  cipher: UserCipher,
  importId: ImportId,
  frames: AsyncGenerator<Buffer, void>,
  count: number,
) {
  let at = 0;
  for await (const frame of frames) {
    const text = open(cipher, frame);
    const place = placeOf(importId, at);
    if (!text.startsWith(place)) throw changed();
    yield text.slice(place.length);
    at += 1;
  }
  if (at !== count) throw changed();
}

const open = (cipher: UserCipher, sealed: Buffer): string => cipher.open(COLUMN, sealed);

const placeOf = (importId: ImportId, at: number): string => `${importId} ${at}\n`;

/** Never between the two halves of a character. */
function* piecesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = at + PIECE_CHARS;
    const isHalf = /[\ud800-\udbff]/.test(text.charAt(end - 1));
    const until = isHalf ? end - 1 : end;
    yield text.slice(at, until);
    at = until;
  }
}

function framed(sealed: Buffer): [Buffer, Buffer] {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(sealed.length);
  return [length, sealed];
}

async function* framesIn(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = frameEnd(rest); end <= rest.length; end = frameEnd(rest)) {
      yield rest.subarray(LENGTH_BYTES, end);
      rest = rest.subarray(end);
    }
  }
  if (rest.length > 0) throw changed();
}

const frameEnd = (bytes: Buffer): number =>
  bytes.length < LENGTH_BYTES ? Number.POSITIVE_INFINITY : LENGTH_BYTES + bytes.readUInt32BE();

const changed = () => permanent('import_file_changed', 'The file is not the one that was stored.');

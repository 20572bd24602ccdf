import { CsvError, parse } from 'csv-parse/sync';
import type { Delimiter } from './header.ts';

/** A record of the file under the number of its first line, or why there is none to be read. */
export type CsvLine = { line: number } & ({ cells: readonly string[] } | { code: 'invalid_quotes' });

/** Records, how many bytes of the text have arrived by then, and how many of its lines have been passed over. */
type LineGroup = { lines: CsvLine[]; bytes: number; notRead: number };

/** More than the longest note takes: a quote that is open for longer was never meant to be. */
const MOST_RECORD_BYTES = 64 * 1024;
/** Whose lines are broken so often is no CSV, and looking for each one's end is work. */
export const MOST_BROKEN = 5_000;

/**
 * The records of a CSV text that arrives in pieces (RFC 4180; any line ends; blank lines are passed over), a group for each
 * piece. Where a record's quotes do not fit, only its first line is given up and the next line is read as a new record:
 * the parser's own way of going on would take the rest of the file for one text. After `MOST_BROKEN` of them the rest is not
 * read, only its lines are counted.
 *
 * @param firstLine the number of the line that the text begins with
 */
export async function* csvLines(
  pieces: AsyncIterable<string>,
  delimiter: Delimiter,
  firstLine: number,
): AsyncGenerator<LineGroup> {
  let line = firstLine;
  let unread: Buffer[] = [];
  let [done, broken] = [0, 0];
  const rest = countLines();
  const isGivenUp = () => broken === MOST_BROKEN;
  const read = (isLast: boolean): CsvLine[] => {
    const bytes = Buffer.concat(unread);
    const end = isLast ? bytes.length : wholeLines(bytes);
    const result = readLines({ bytes, line }, delimiter, { end, isLast, mostBroken: MOST_BROKEN - broken });
    line = result.unread.line;
    unread = [result.unread.bytes];
    broken += result.broken;
    if (isGivenUp()) rest.add(result.unread.bytes);
    return result.lines;
  };
  const group = (lines: CsvLine[]): LineGroup => ({ lines, bytes: done, notRead: rest.lines() });
  for await (const piece of pieces) {
    const arrived = Buffer.from(piece);
    done += arrived.length;
    if (isGivenUp()) rest.add(arrived);
    else unread.push(arrived);
    // Put together only where a line ends: a line as long as the file would be copied with each piece.
    const isReadable = !isGivenUp() && (arrived.includes(LF) || arrived.includes(CR));
    yield group(isReadable ? read(false) : []);
  }
  if (!isGivenUp()) yield group(read(true));
}

type Unread = { bytes: Buffer; line: number };

/** Where the last line ends that has surely ended: a CR may still be followed by its LF. */
const wholeLines = (bytes: Buffer): number =>
  Math.max(bytes.lastIndexOf(LF), bytes.length > 1 ? bytes.lastIndexOf(CR, bytes.length - 2) : -1) + 1;

const [TAB, LF, CR, BLANK] = [9, 10, 13, 32];

type Reach = { end: number; isLast: boolean; mostBroken: number };

function readLines(
  { bytes, line }: Unread,
  delimiter: Delimiter,
  { end, isLast, mostBroken }: Reach,
): { lines: CsvLine[]; broken: number; unread: Unread } {
  const lines: CsvLine[] = [];
  let [at, broken] = [0, 0];
  const pass = (until: number) => {
    line += lineEnds(bytes.subarray(at, until));
    at = until;
  };
  while (at < end && broken < mostBroken) {
    const { records, failure } = recordsIn(bytes.subarray(at, end), delimiter);
    const begin = at;
    for (const { cells, end: recordEnd } of records) {
      pass(at + blankStart(bytes.subarray(at, begin + recordEnd)));
      lines.push({ line, cells });
      pass(begin + recordEnd);
    }
    if (!failure) pass(end);
    // Its closing quote may be in the next piece.
    else if (failure === 'CSV_QUOTE_NOT_CLOSED' && !isLast && end - at <= MOST_RECORD_BYTES) break;
    else {
      pass(at + blankStart(bytes.subarray(at, end)));
      lines.push({ line, code: 'invalid_quotes' });
      broken += 1;
      pass(Math.min(end, at + firstLineOf(bytes.subarray(at, end))));
    }
  }
  return { lines, broken, unread: { bytes: bytes.subarray(at), line } };
}

/** The records up to the first that cannot be read, each with the byte it ends before. */
function recordsIn(bytes: Buffer, delimiter: Delimiter) {
  const records: { cells: string[]; end: number }[] = [];
  const keep = (cells: string[], { bytes: end }: { bytes: number }) => {
    records.push({ cells, end });
    return null;
  };
  try {
    parse(bytes, { ...OPTIONS, delimiter, on_record: keep });
    return { records, failure: null };
  } catch (error) {
    if (error instanceof CsvError) return { records, failure: error.code };
    throw error;
  }
}

const OPTIONS = {
  trim: true,
  relax_column_count: true,
  skip_empty_lines: true,
  record_delimiter: ['\r\n', '\n', '\r'],
};

const isLineEnd = (byte: number | undefined): boolean => byte === LF || byte === CR;

function lineEnds(bytes: Buffer): number {
  const count = countLines();
  count.add(bytes);
  return count.ends();
}

/** Counts line ends, a CR and its LF as one, and lines, the last with an end or without, of what arrives in pieces. */
function countLines() {
  let ends = 0;
  let last: number = LF;
  return {
    add(bytes: Buffer): void {
      for (const byte of bytes) {
        if (byte === CR || (byte === LF && last !== CR)) ends += 1;
        last = byte;
      }
    },
    ends: () => ends,
    lines: () => ends + (isLineEnd(last) ? 0 : 1),
  };
}

const isPair = (bytes: Buffer, at: number): boolean => bytes[at] === CR && bytes[at + 1] === LF;

/** How many bytes the blank lines before a record take. */
function blankStart(bytes: Buffer): number {
  let start = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (isLineEnd(byte)) start = at + 1;
    else if (byte !== BLANK && byte !== TAB) break;
  }
  return start;
}

/** How many bytes the first line takes, with its end. */
function firstLineOf(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length && !isLineEnd(bytes[at])) at += 1;
  return at + (isPair(bytes, at) ? 2 : 1);
}

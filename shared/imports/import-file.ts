import { setImmediate as nextTurn } from 'node:timers/promises';
import { listEmotionTypes } from '../emotions/index.ts';
import type { PrepareContext } from '../ledger/handler.ts';
import type { ObjectStore } from '../platform/object-store/port.ts';
import { csvLines } from './csv-lines.ts';
import { ENGLISH_MOODS } from './daylio-entry.ts';
import { type FileName, readFile } from './file-store.ts';
import { type Header, readHeader } from './header.ts';
import { lineReader, type ReadLine } from './line-reader.ts';
import { type Recording, recordLines } from './record-lines.ts';
import { emptyReport, type ImportReport, reported } from './report.ts';
import { openFile } from './sealed-file.ts';

type Parts = Recording &
  Pick<PrepareContext, 'signal' | 'progress'> & {
    store: ObjectStore;
    /** The person's own, for files whose times name none and for which none was named. */
    timeZone: string;
  };

/** Lines that are recorded in one transaction. */
const BATCH = 500;
/** After the header. */
const FIRST_LINE = 2;

/**
 * Records the check-ins of a stored file, a batch after the other, each in a transaction of its own. Stopped or killed, the
 * next run begins anew and finds what was recorded: a line's name is made of what it says.
 */
export async function importFile(parts: Parts, name: FileName): Promise<ImportReport> {
  const { cipher, store, signal, transaction } = parts;
  const types = await transaction({ userId: name.userId }, listEmotionTypes);
  const { wish, bytes, pieces } = await openFile(cipher, name.importId, await readFile(store, name, signal));
  try {
    const { header, headBytes, rest } = await headed(pieces);
    const read = lineReader(header, {
      types: new Map(types.map((type) => [type.name.toLowerCase(), type.id])),
      moods: wish.moods ?? ENGLISH_MOODS,
      timeZone: wish.timeZone ?? parts.timeZone,
    });
    const groups = csvLines(rest, header.delimiter, FIRST_LINE);
    return await recordFile(parts, name, { header, headBytes, bytes, read, groups });
  } finally {
    // Whatever is left of it, nobody reads: the object store must not go on sending.
    await pieces.return(undefined);
  }
}

/** A file that is open behind its header. `bytes` is the whole of it, `headBytes` what the header takes. */
type HeadedFile = {
  header: Header;
  headBytes: number;
  bytes: number;
  read: ReturnType<typeof lineReader>;
  groups: ReturnType<typeof csvLines>;
};

async function recordFile(
  parts: Parts,
  name: FileName,
  { header, headBytes, bytes, read, groups }: HeadedFile,
): Promise<ImportReport> {
  const { signal, progress } = parts;
  let report = emptyReport(header.format);
  const known = new Set<string>();
  const take = async (lines: readonly ReadLine[]) => {
    signal.throwIfAborted();
    report = (await recordLines(parts, name, known, lines)).reduce(reported, report);
  };
  const waiting: ReadLine[] = [];
  for await (const { lines, bytes: done, notRead } of groups) {
    waiting.push(...lines.map(read));
    while (waiting.length >= BATCH) await take(waiting.splice(0, BATCH));
    report = { ...report, notRead };
    progress({ done: headBytes + done, total: bytes });
    // Bad lines wait for nothing: other jobs of this process renew their leases and answer here.
    await nextTurn();
  }
  await take(waiting);
  return report;
}

/** The header, and the text behind it. Whoever stored the file has read it: one without a header was never stored. */
async function headed(pieces: AsyncGenerator<string>) {
  const first = String((await pieces.next()).value);
  const header = readHeader(first);
  if (!header) throw new Error('a file without a header was stored');
  const headBytes = Buffer.byteLength(first.slice(0, header.bodyAt));
  return { header, headBytes, rest: following(first.slice(header.bodyAt), pieces) };
}

async function* following(first: string, others: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* others;
}

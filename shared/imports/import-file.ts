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
  const { cipher, store, signal, progress, transaction } = parts;
  const { wish, bytes, pieces } = await openFile(cipher, name.importId, await readFile(store, name, signal));
  const { header, rest } = await headed(pieces);
  const types = await transaction({ userId: name.userId }, listEmotionTypes);
  const read = lineReader(header, {
    types: new Map(types.map((type) => [type.name.toLowerCase(), type.id])),
    moods: wish.moods ?? ENGLISH_MOODS,
    timeZone: wish.timeZone ?? parts.timeZone,
  });

  let report = emptyReport(header.format);
  const known = new Set<string>();
  const take = async (lines: readonly ReadLine[]) => {
    signal.throwIfAborted();
    report = (await recordLines(parts, name, known, lines)).reduce(reported, report);
  };
  const waiting: ReadLine[] = [];
  for await (const group of csvLines(rest, header.delimiter, FIRST_LINE)) {
    waiting.push(...group.lines.map(read));
    while (waiting.length >= BATCH) await take(waiting.splice(0, BATCH));
    progress({ done: group.bytes, total: bytes });
    // Bad lines wait for nothing: other jobs of this process renew their leases and answer here.
    await nextTurn();
  }
  await take(waiting);
  return report;
}

/** The header, and the text behind it. Whoever stored the file has read it: one without a header was never stored. */
async function headed(pieces: AsyncGenerator<string>): Promise<{ header: Header; rest: AsyncGenerator<string> }> {
  const { value: first } = await pieces.next();
  const header = readHeader(String(first));
  if (!header) throw new Error('a file without a header was stored');
  return { header, rest: following(String(first).slice(header.bodyAt), pieces) };
}

async function* following(first: string, others: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* others;
}

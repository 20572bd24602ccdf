import { amiraEntry, type EmotionTypeIds } from './amira-entry.ts';
import type { CsvLine } from './csv-lines.ts';
import { daylioEntry, type Moods } from './daylio-entry.ts';
import type { Entry, EntryReader, LineCode } from './entry.ts';
import type { Header } from './header.ts';

/** What a line came to: the check-in it holds, or why it is left out. */
export type ReadLine = { line: number } & ({ entry: Entry } | { code: LineCode });

/** What has to be known to read a file's lines. `timeZone` is for formats whose times name none. */
export type ReaderSetting = { types: EmotionTypeIds; moods: Moods; timeZone: string };

/** Reads lines as the header says. */
export function lineReader(
  { format, columns }: Header,
  { types, moods, timeZone }: ReaderSetting,
): (line: CsvLine) => ReadLine {
  const readEntry: EntryReader = format === 'amira' ? amiraEntry(types) : daylioEntry(types, moods, timeZone);
  const places = new Map(columns.map((name, at) => [name, at]));
  return (read) => {
    const { line } = read;
    if ('code' in read) return { line, code: read.code };
    if (read.cells.length !== columns.length) return { line, code: 'wrong_column_count' };
    const entry = readEntry((name) => (read.cells[places.get(name) ?? -1] ?? '').trim());
    return typeof entry === 'string' ? { line, code: entry } : { line, entry };
  };
}

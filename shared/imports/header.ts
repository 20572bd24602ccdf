import { parse } from 'csv-parse/sync';

/** Files that are understood: our own columns, and what Daylio exports. */
export type Format = 'amira' | 'daylio';
export type Delimiter = ',' | ';';

/** What the first line of a file says of the rest: `columns` in the file's order, and at which character the rest begins. */
export type Header = { format: Format; delimiter: Delimiter; columns: readonly string[]; bodyAt: number };

type Columns = { required: readonly string[]; optional: readonly string[] };

const COLUMNS: Readonly<Record<Format, Columns>> = {
  amira: { required: ['occurredAt', 'timeZone', 'emotionType', 'intensity'], optional: ['context', 'notes'] },
  daylio: {
    required: ['full_date', 'time', 'mood'],
    optional: ['date', 'weekday', 'activities', 'scales', 'note_title', 'note'],
  },
};
const FORMATS: readonly Format[] = ['amira', 'daylio'];
const DELIMITERS: readonly Delimiter[] = [',', ';'];

/** No header is as long as that. */
const MOST_CHARS = 1_000;

/** What the file is, by its first line; `null` for none that is known. The separator is the one that makes sense of it. */
export function readHeader(text: string): Header | null {
  const [start = '', line = ''] = FIRST_LINE.exec(text.slice(0, MOST_CHARS)) ?? [];
  for (const delimiter of DELIMITERS) {
    const columns = cellsOf(line, delimiter);
    const format = FORMATS.find((name) => fits(columns, COLUMNS[name]));
    if (format) return { format, delimiter, columns, bodyAt: start.length };
  }
  return null;
}

/** Spreadsheets put a byte order mark before it. */
const FIRST_LINE = /^\ufeff?([^\r\n]*)(?:\r\n|\n|\r|$)/;

const fits = (columns: readonly string[], { required, optional }: Columns): boolean =>
  new Set(columns).size === columns.length &&
  required.every((name) => columns.includes(name)) &&
  columns.every((name) => required.includes(name) || optional.includes(name));

function cellsOf(line: string, delimiter: Delimiter): string[] {
  try {
    return parse(line, { delimiter, trim: true })[0] ?? [];
  } catch {
    return [];
  }
}

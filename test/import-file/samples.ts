import { parse } from 'csv-parse/sync';

/** A column of ratings from `min` to `max` of one emotion type. */
export type Item = { column: string; emotionType: string; min: number; max: number };

/** Where a table of ratings says when, and what. `dayFirst`: its dates are 31/12/26 and not 2026-12-31. */
export type SampleColumns = { date: string; time: string; dayFirst: boolean; items: readonly Item[] };

const HEADER = 'occurredAt,timeZone,emotionType,intensity,context,notes';

/**
 * A table of ratings as a file of ours, one line for each row and item. What is no rating (`NA`, an empty cell) has no line.
 * @throws for a column that the table does not have, or a row that says no time
 */
export function checkinsOf(table: string, { date, time, dayFirst, items }: SampleColumns, timeZone: string): string {
  const rows: Record<string, string>[] = parse(table, { columns: true, bom: true, skip_empty_lines: true, trim: true });
  for (const column of [date, time, ...items.map((item) => item.column)])
    if (rows[0] && !(column in rows[0])) throw new Error(`The file has no column ${column}.`);
  const lines = rows.flatMap((row) => {
    const at = Temporal.PlainDate.from(isoDate(row[date] ?? '', dayFirst))
      .toPlainDateTime(Temporal.PlainTime.from(row[time] ?? ''))
      .toZonedDateTime(timeZone)
      .toInstant();
    return items.flatMap((item) => {
      const intensity = intensityOf(row[item.column] ?? '', item);
      return intensity === null ? [] : [`${at},${timeZone},${item.emotionType},${intensity},,`];
    });
  });
  return `${[HEADER, ...lines].join('\n')}\n`;
}

/** Two digits of a year are of this century. */
function isoDate(text: string, dayFirst: boolean): string {
  if (!dayFirst) return text;
  const [, day = '', month = '', year = ''] = /^(\d{1,2})\D(\d{1,2})\D(\d{4}|\d{2})$/.exec(text) ?? [];
  return `${year.padStart(4, '20')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function intensityOf(rating: string, { min, max }: Item): number | null {
  const value = Number(rating);
  if (rating === '' || !(value >= min && value <= max)) return null;
  return 1 + Math.round((9 * (value - min)) / (max - min));
}

import { readFile } from 'node:fs/promises';
import type { ImportOptions } from './options.ts';
import { checkinsOf, type Item } from './samples.ts';

/** One file of check-ins, which somebody of its own imports. */
export type Series = {
  name: string;
  /** What was made of the file before it was imported. */
  about: string;
  /** What its picture is called. */
  chart: string;
  table: string | Uint8Array;
};

/** The file itself, or what each item of a table of ratings becomes. */
export async function readSeries({ file, name, timeZone, samples }: ImportOptions): Promise<Series[]> {
  const content = await readFile(file);
  if (!samples) return [{ name, about: 'Imported as it is.', chart: 'trends.svg', table: content }];
  const { items, ...columns } = samples;
  return items.map((item) => ({
    name: item.column,
    about: aboutItem(item),
    chart: items.length === 1 ? 'trends.svg' : `trends-${item.column.replaceAll(/[^\w-]+/g, '_')}.svg`,
    table: checkinsOf(content.toString(), { ...columns, items: [item] }, timeZone),
  }));
}

const aboutItem = ({ column, emotionType, min, max }: Item): string =>
  `Ratings of \`${column}\` from ${min} to ${max}, imported as ${emotionType} of intensity 1 to 10, in whole numbers. ` +
  'They are of one feeling alone, so all moods lie on one side of 0.';

import { parseArgs } from 'node:util';
import { isTimeZone } from '../../shared/platform/time/local-date.ts';
import type { Item, SampleColumns } from './samples.ts';

export type ImportOptions = {
  file: string;
  timeZone: string;
  moods: string | undefined;
  chart: string | undefined;
  /** Of a file of samples, which is made one of ours first. */
  samples: SampleColumns | undefined;
};

const HELP = `npm run import-file -- FILE [--time-zone Europe/Madrid] [--moods a,b,c,d,e] [--chart FILE.svg]
                              [--date COLUMN --time COLUMN --item COLUMN=TYPE@MIN..MAX … [--day-first]]

Starts the whole of Amira on this machine, imports FILE as somebody new would through the API, and prints what became of it:
the job's result, then their trends over all of it. Everything is temporary and on random ports.

  FILE         our own columns, or what Daylio exports (docs/import.md)
  --time-zone  of the account, for times that name no zone (UTC)
  --moods      what moods in Daylio are called, the best first
  --chart      where to write the picture of the trends

Any other table of ratings is made check-ins of, one for each row and item, and then imported:

  --date, --time   the columns that say when, on the clock of --time-zone; --day-first: 31/12/26 instead of 2026-12-31
  --item           a column of ratings, the emotion type they rate, and their scale, which becomes 1..10; may be repeated
`;

/** Reads the command line; `--help` and mistakes end the process with words, not with a stack. */
export function readOptions(): ImportOptions {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        'time-zone': { type: 'string', default: 'UTC' },
        moods: { type: 'string' },
        chart: { type: 'string' },
        date: { type: 'string' },
        time: { type: 'string' },
        item: { type: 'string', multiple: true, default: [] },
        'day-first': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new Error('Name one file.');
    const timeZone = values['time-zone'];
    if (!isTimeZone(timeZone)) throw new Error(`--time-zone: ${timeZone} is no IANA time zone.`);
    const { date, time, item } = values;
    if ([date, time, item[0]].some((given) => given !== undefined) && !(date && time && item[0]))
      throw new Error('--date, --time and --item go together.');
    const samples = date && time ? { date, time, dayFirst: values['day-first'], items: item.map(itemOf) } : undefined;
    return { file, timeZone, moods: values.moods, chart: values.chart, samples };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}

function itemOf(text: string): Item {
  const [, column, emotionType, min, max] = /^(.+)=([\w ]+)@(-?\d+)\.\.(-?\d+)$/.exec(text) ?? [];
  if (!column || !emotionType || !(Number(min) < Number(max)))
    throw new Error(`--item: ${text} is not like mood_cheerful=joy@1..7.`);
  return { column, emotionType, min: Number(min), max: Number(max) };
}

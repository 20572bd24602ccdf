import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { isTimeZone } from '../../shared/platform/time/local-date.ts';
import type { Item, SampleColumns } from './samples.ts';

export type ImportOptions = {
  file: string;
  /** What the file is called in a report. */
  name: string;
  timeZone: string;
  moods: string | undefined;
  /** The folder that report, pictures and answers are written to. */
  out: string | undefined;
  /** Of a file of samples, which is made files of ours first. */
  samples: SampleColumns | undefined;
};

const HELP = `npm run import-file -- FILE [--time-zone Europe/Madrid] [--moods a,b,c,d,e] [--out DIR]
                              [--date COLUMN --time COLUMN --item COLUMN=TYPE@MIN..MAX … [--day-first]]

Starts the whole of Amira on this machine, imports FILE as somebody new would through the API, and prints a report in
Markdown: what became of the file, then level, spread, inertia, trend, change point and patterns over all of it. Everything
is temporary and on random ports; progress goes to the standard error.

  FILE         our own columns, or what Daylio exports (docs/import.md)
  --time-zone  of the account, for times that name no zone (UTC)
  --moods      what moods in Daylio are called, the best first
  --out        a folder for report.md, trends.svg and answers.json; made where it is missing

Any other table of ratings is made check-ins of first, one for each row. Each item is imported by somebody of its own: ratings
of one moment are not moods that follow each other.

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
        out: { type: 'string' },
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
    return { file, name: basename(file), timeZone, moods: values.moods, out: values.out, samples };
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

import type { Analysed } from './analysed.ts';
import { patternLines } from './pattern-lines.ts';
import { trendLines } from './trend-lines.ts';

/** Everything that was found, in words and numbers, as Markdown. */
export const reportOf = (file: string, all: readonly Omit<Analysed, 'svg'>[]): string =>
  `${[
    `# ${file}`,
    'Mood is the valence of a feeling (−1 to 1) times its intensity (1 to 10); a day counts by the median of its check-ins. ' +
      '"No clear pattern" is never "there is none". Nothing here says why. docs/statistics.md explains every number.',
    ...all.flatMap(sections),
  ].join('\n\n')}\n`;

const sections = ({ name, about, chart, imported, trends, patterns }: Omit<Analysed, 'svg'>): string[] => [
  `## ${name}`,
  about,
  importLine(imported),
  daysLine(trends),
  `![The trend of ${name}](${chart})`,
  ...trendLines(trends),
  ...patternLines(patterns),
];

function importLine({ lines, created, existing, duplicates, rejected, notRead, errors }: Analysed['imported']): string {
  const counts = [
    `${lines} lines`,
    `${created} became check-ins`,
    ...(existing ? [`${existing} were there already`] : []),
    ...(duplicates ? [`${duplicates} repeat another`] : []),
    `${rejected} were left out`,
    ...(notRead ? [`${notRead} were not read`] : []),
  ];
  const [first] = errors;
  const why = first ? ` The first that was left out is line ${first.line}: ${first.code}.` : '';
  return `**Import.** ${counts.join(', ')}.${why}`;
}

function daysLine({ n, days, series, window }: Analysed['trends']): string {
  const [first, last] = [series[0], series.at(-1)];
  if (!first || !last) return '**Check-ins.** None.';
  return `**Check-ins.** ${n} on ${days} days from ${first.date} to ${last.date}, in ${window.timeZone}.`;
}

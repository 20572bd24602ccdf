import { isInsufficient } from '../../shared/emotions/gates.ts';
import type { PatternAnswer } from '../../shared/emotions/index.ts';
import { lacking, numberText, percent, pointsText, pText, signed, TIERS, table, WEEKDAYS } from './words.ts';

type Calendar = Exclude<PatternAnswer['weekday'] | PatternAnswer['partOfDay'], { insufficient: unknown }>;
type Comparison = Exclude<PatternAnswer['activities'][number]['comparison'], { insufficient: unknown }>;

/** What the answer of `/v1/emotions/patterns` says, each of its findings with its tier and n. */
export const patternLines = ({ weekday, partOfDay, activities, shift, run }: PatternAnswer): string[] => [
  `**Weekdays.** ${isInsufficient(weekday) ? lacking(weekday) : calendarLines(weekday, run, 'days')}`,
  `**Parts of the day.** ${isInsufficient(partOfDay) ? lacking(partOfDay) : calendarLines(partOfDay, run, 'parts of days')}`,
  ...activities.map(
    ({ kind, toolId, comparison }) =>
      `**${kind === 'journal' ? 'Journals' : `Tool ${toolId}`}.** ${isInsufficient(comparison) ? lacking(comparison) : comparisonLine(comparison)}`,
  ),
  `**Compared with the window before.** ${isInsufficient(shift) ? 'All there is has no window before it.' : TIERS[shift.tier]}`,
  `${run.p.length} tests were made over all windows together; told is what has a q of at most ${numberText(run.falseDiscoveryRate)} ` +
    `and is large enough: ${percent(run.epsilonSquared)} of the variance of the ranks, or a difference in mood of ${numberText(run.points)}.`,
];

function calendarLines(found: Calendar, run: PatternAnswer['run'], of: string): string {
  const { n, groups, epsilonSquared, medianDifference, p, q, tier, standsOut } = found;
  const stands = standsOut
    ? ` ${nameOf(standsOut.group)} stands out: ${standsOut.count} of ${standsOut.of} times ${standsOut.direction} the usual mood.`
    : '';
  // What is told must be rare and large: of the two, the reader sees only the first.
  const isSmall =
    tier === 'not_enough' && q <= run.falseDiscoveryRate ? ' More than chance, but too small to matter.' : '';
  const rows = groups.map(({ group, n: count, median, difference, above, below }) => [
    ...[nameOf(group), `${count}`, numberText(median), signed(difference), `${above}`, `${below}`],
  ]);
  return (
    `${TIERS[tier]}, n = ${n} ${of}, q = ${pText(q)} (p = ${pText(p)}).${stands}${isSmall} ` +
    `${percent(epsilonSquared)} of the variance of the ranks lies between them; the highest and the lowest median are ` +
    `${pointsText(medianDifference)} apart.\n\n` +
    table(['', 'n', 'median', 'from the usual, without the trend', 'times above', 'times below'], rows)
  );
}

const nameOf = (group: number | string): string =>
  typeof group === 'number' ? (WEEKDAYS[group] ?? '') : `${group.charAt(0).toUpperCase()}${group.slice(1)}`;

const comparisonLine = (found: Comparison): string =>
  `${TIERS[found.tier]}, n = ${found.pairs} pairs, q = ${pText(found.q)} (p = ${pText(found.p)}). The mood changed by ` +
  `${signed(found.change)} across it and by ${signed(found.changeWithout)} across similar times without: ` +
  `${found.better} times more for the better, ${found.worse} times less.`;

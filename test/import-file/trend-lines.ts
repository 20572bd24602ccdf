import { gates, isInsufficient } from '../../shared/emotions/gates.ts';
import type { TrendAnswer } from '../../shared/emotions/index.ts';
import { median } from '../../shared/emotions/level.ts';
import type { TrendResult } from '../../shared/emotions/trend-answer.ts';
import { lacking, numberText, percent, pointsText, pText, signed } from './words.ts';

/** What the answer of `/v1/emotions/trends` says, a line of Markdown for each of its findings. */
export const trendLines = (answer: TrendAnswer): string[] => [
  `**Level.** ${levelLine(answer)}`,
  ...spreadLines(answer),
  `**Inertia.** ${inertiaLine(answer)}`,
  `**Trend.** ${trendLine(answer)}`,
  `**Change point.** ${changePointLine(answer)}`,
];

const levelLine = ({ level, n }: TrendAnswer): string =>
  isInsufficient(level)
    ? lacking(level)
    : `The mean mood is ${numberText(level.mean)}; half of the ${n} check-ins are at ${numberText(level.median)} or above.`;

function spreadLines({ spread, n }: TrendAnswer): string[] {
  if (isInsufficient(spread)) return [`**Spread.** ${lacking(spread)}`];
  const { sd, relativeSd, rmssd } = spread;
  const share = relativeSd === null ? '' : `, ${percent(relativeSd)} of the largest that this mean allows`;
  return [
    `**Spread.** The standard deviation is ${pointsText(sd)}${share} (n = ${n}).`,
    typeof rmssd === 'number'
      ? `**Instability.** From one check-in of a day to the next the mood moves by ${pointsText(rmssd)} (rmssd).`
      : `**Instability.** ${lacking(rmssd)}`,
  ];
}

function inertiaLine({ inertia }: TrendAnswer): string {
  if (isInsufficient(inertia)) return lacking(inertia);
  if (inertia.r1 === null) return 'Every mood is the same.';
  return `A mood carries over to the next check-in with r1 = ${numberText(inertia.r1)} (${inertia.pairs} pairs).`;
}

function trendLine({ trend, days }: TrendAnswer): string {
  if (isInsufficient(trend)) return lacking(trend);
  const { slopePerDay, interval, mannKendall, corrected, tier } = trend;
  const weekly = (perDay: number) => signed(7 * perDay);
  const [low, high] = interval;
  const words = {
    not_enough: slopePerDay === 0 ? levelWords(trend) : 'No clear trend.',
    early: `An early sign that the mood ${slopePerDay < 0 ? 'falls' : 'rises'}.`,
    clear: `The mood ${slopePerDay < 0 ? 'falls' : 'rises'} (clear pattern).`,
  };
  return (
    `${words[tier]} The line moves by ${pointsText(7 * slopePerDay, signed)} a week (95 % interval ${weekly(low)} to ${weekly(high)}, ` +
    `n = ${days} days). p = ${pText(corrected.p)} with a carry-over from day to day of φ = ${numberText(corrected.phi)}; ` +
    `it would be ${pText(mannKendall.p)} were days independent.`
  );
}

/** Of a line that does not move, which the test may still speak of. */
const levelWords = ({ mannKendall, corrected }: TrendResult): string =>
  corrected.p < gates.trend.alpha
    ? `No clear trend: most days are equal, but of the others more lie ${mannKendall.s < 0 ? 'lower' : 'higher'} as time goes on than chance has it.`
    : 'No clear trend.';

function changePointLine({ changePoint, series }: TrendAnswer): string {
  if (changePoint === null) return `None that is more than chance (n = ${series.length} days).`;
  if (isInsufficient(changePoint)) return lacking(changePoint);
  const { at, p } = changePoint;
  return (
    `The level changes most on ${at}: the median of days was ${sideOf(series, at, false)} before and ${sideOf(series, at, true)} ` +
    `from then on. p = ${pText(p)} were days independent; it withstands their carry-over. Of a steady drift this names the middle.`
  );
}

/** The median of the days before a date, or from it on, with how many there are. */
function sideOf(series: TrendAnswer['series'], at: string, isFromThenOn: boolean): string {
  const values = series.filter(({ date }) => date >= at === isFromThenOn).map(({ value }) => value);
  return `${numberText(median(values))} (${values.length} days)`;
}

import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { Language } from '../platform/language.ts';
import { isInsufficient } from './gates.ts';
import { median } from './level.ts';
import { moodScale } from './mood.ts';
import type { TrendAnswer, TrendResult } from './trend-answer.ts';
import { chartWords } from './trend-chart-words.ts';
import type { TrendWindow } from './trend-window.ts';

/** In user units; the picture scales to whatever holds it. */
const WIDTH = 720;
const HEIGHT = 360;
const PLOT = { left: 48, right: WIDTH - 32, top: 64, bottom: HEIGHT - 40 };
const MOOD_TICKS = [-10, -5, 0, 5, 10];
const DATE_TICKS = 6;
const MS_PER_DAY = 86_400_000;

type Point = { date: number; mood: number };
type Scales = { x: (date: number) => number; y: (mood: number) => number };

/**
 * The daily medians of a trend's answer as a dot each, with the Theil–Sen line and the band of its 95 % interval around it,
 * as an SVG document (image/svg+xml). It names and describes itself to screen readers, follows the reader's light or dark
 * scheme and loads nothing. Without an answer, or with too little data, it says so.
 */
export function trendChart(window: TrendWindow, answer: TrendAnswer | null, language: Language): string {
  const words = chartWords(language);
  const points = (answer?.series ?? []).map(({ date, value }) => ({ date: Date.parse(date), mood: value }));
  const title = words.title(window);
  const description = words.description(answer);
  const x = scaleUtc([Date.parse(window.from), Date.parse(window.to)], [PLOT.left, PLOT.right]);
  const y = scaleLinear([moodScale.min, moodScale.max], [PLOT.bottom, PLOT.top]);
  const dates = x.ticks(DATE_TICKS).map((date) => date.getTime());
  const trend = answer && !isInsufficient(answer.trend) ? answer.trend : null;
  const marks = trend && trendMarks(points, trend, { x, y });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title description" lang="${language}">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="page" width="${WIDTH}" height="${HEIGHT}"/>`,
    text('heading', PLOT.left, 24, title),
    text('caption', PLOT.left, 44, words.trend(answer)),
    ...MOOD_TICKS.map((mood) => moodTick(mood, y(mood))),
    ...dates.map((date) => text('date', x(date), PLOT.bottom + 24, words.date(date, dates))),
    ...(marks ? [marks.band] : []),
    ...points.map(
      ({ date, mood }) => `<circle class="day" cx="${toTenths(x(date))}" cy="${toTenths(y(mood))}" r="3"/>`,
    ),
    // Over the days: where most of them are equal they would hide it.
    ...(marks ? [marks.line] : []),
    '</svg>',
  ].join('\n');
}

const moodTick = (mood: number, at: number): string =>
  `<line class="${mood === 0 ? 'zero' : 'grid'}" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}"/>` +
  text('mood', PLOT.left - 8, at + 4, mood > 0 ? `+${mood}` : `${mood}`.replace('-', '−'));

/** Lines of the interval's slopes meet where the medians of dates and moods do, through which Sen's line runs. */
function trendMarks(
  points: readonly Point[],
  trend: TrendResult,
  { x, y }: Scales,
): { band: string; line: string } | null {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return null;
  const { slopePerDay, interval, intercept, tier } = trend;
  const daysSince = ({ date }: Point) => (date - first.date) / MS_PER_DAY;
  const middle = median(points.map(daysSince));
  const at = (slope: number) => (days: number) => intercept + slopePerDay * middle + slope * (days - middle);
  const [low, high] = [at(interval[0]), at(interval[1])];
  const ends = [0, middle, daysSince(last)];
  const across = (days: number) => x(first.date + days * MS_PER_DAY);
  const down = (mood: number) => y(Math.min(moodScale.max, Math.max(moodScale.min, mood)));
  const band = area<number>(
    across,
    (days) => down(low(days)),
    (days) => down(high(days)),
  );
  const middleLine = line<number>(across, (days) => down(at(slopePerDay)(days)));
  return {
    band: `<path class="band" d="${band.digits(1)(ends)}"/>`,
    line: `<path class="${tier === 'clear' ? 'trend' : 'trend faint'}" d="${middleLine.digits(1)(ends)}"/>`,
  };
}

const text = (kind: string, x: number, y: number, content: string): string =>
  `<text class="${kind}" x="${toTenths(x)}" y="${toTenths(y)}">${escaped(content)}</text>`;

const toTenths = (value: number): number => Math.round(value * 10) / 10;

const escaped = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Contrast of text ≥ 4.5 and of marks ≥ 3 on either ground (WCAG 2.2, 1.4.3 and 1.4.11). */
const STYLE = `
svg { color-scheme: light dark; --page: #ffffff; --text: #33383d; --grid: #dfe3e6; --zero: #868e96; --mark: #3b5b92; --band: #3b5b92; }
@media (prefers-color-scheme: dark) {
  svg { --page: #16191d; --text: #d5dade; --grid: #2d3339; --zero: #79828b; --mark: #9dbcf2; --band: #9dbcf2; }
}
text { font: 12px system-ui, sans-serif; fill: var(--text); }
.heading { font-size: 16px; font-weight: 600; }
.mood { text-anchor: end; }
.date { text-anchor: middle; }
.page { fill: var(--page); }
.grid { stroke: var(--grid); }
.zero { stroke: var(--zero); }
.day { fill: var(--mark); }
.band { fill: var(--band); opacity: .18; }
.trend { fill: none; stroke: var(--text); stroke-width: 2; }
.faint { stroke-dasharray: 6 5; }
`;

import type { Tier } from '../../shared/emotions/gates.ts';
import { counted } from '../../shared/platform/counted.ts';

/** At most two decimals, with a minus as it is printed. */
export const numberText = (value: number): string =>
  new Intl.NumberFormat('en', { maximumFractionDigits: 2 }).format(value).replace('-', '−');

/** `1 point`, `1.5 points`; `write` says how the number is written. */
export const pointsText = (value: number, write: (value: number) => string = numberText): string =>
  counted(write(value), ['point', 'points']);

/** A change, which says its sign. */
export const signed = (value: number): string => (value > 0 ? `+${numberText(value)}` : numberText(value));

export const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** As many digits of a p or q as are worth reading. */
export const pText = (p: number): string => (p < 0.001 ? '< .001' : p.toFixed(3).replace(/^0/, ''));

export const TIERS: Record<Tier, string> = {
  not_enough: 'No clear pattern',
  early: 'Early sign',
  clear: 'Clear pattern',
};

const UNITS: Record<string, string> = { span_days: 'days from the first to the last' };

export const lacking = ({
  insufficient: { have, need, unit },
}: {
  insufficient: { have: number; need: number; unit: string };
}): string => `Not enough yet: ${have} of ${need} ${UNITS[unit] ?? unit}.`;

export const WEEKDAYS = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** A table of Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

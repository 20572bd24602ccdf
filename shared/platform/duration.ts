/** A length of time as it is written in contracts and settings: `'250ms'`, `'2s'`, `'15m'`, `'4h'`, `'60d'`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds. Throws on anything that is not a `Duration`. */
export function milliseconds(duration: Duration): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit];
  if (amount === undefined || factor === undefined) throw new TypeError(`not a duration: ${duration}`);
  return Number(amount) * factor;
}

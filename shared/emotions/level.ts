import { rounded } from './rounding.ts';

export type Level = { mean: number; median: number };

/** Where the values lie. `values` must not be empty. */
export const level = (values: readonly number[]): Level => ({ mean: mean(values), median: median(values) });

/** NaN of nothing. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The middle value, or the mean of the two middle ones, rounded so that equal medians are one number; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const upper = sorted.length >> 1;
  const lower = (sorted.length - 1) >> 1;
  return rounded(((sorted[lower] ?? Number.NaN) + (sorted[upper] ?? Number.NaN)) / 2);
}

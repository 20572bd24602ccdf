import { rounded } from './rounding.ts';

/** The unit of every mood statistic: valence of the emotion type (-1 … 1) × intensity (1 … 10). */
export const moodScale = { min: -10, max: 10 } as const;

export const moodValue = (valence: number, intensity: number): number => rounded(valence * intensity);

/** A check-in as the statistics see it: plain numbers and text, so that it may be handed to a worker thread. */
export type MoodPoint = {
  occurredAtMs: number;
  /** The fact's immutable local date, `YYYY-MM-DD`. */
  localDate: string;
  /** Mood in [-10, 10], see `moodValue`. */
  value: number;
};

/** Oldest first; of two at one instant the lower first, so that the order of the input never shows in the answer. */
export const inOrderOfTime = <Mood extends MoodPoint>(points: readonly Mood[]): Mood[] =>
  [...points].sort((a, b) => a.occurredAtMs - b.occurredAtMs || a.value - b.value);

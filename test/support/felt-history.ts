import type { FeltMood } from '../../shared/emotions/felt-mood.ts';
import type { Doing } from '../../shared/emotions/mood-intervals.ts';
import { partOfHour } from '../../shared/emotions/part-of-day.ts';
import type { PatternHistory } from '../../shared/emotions/pattern-tests.ts';
import { seededRandom } from '../../shared/platform/random.ts';
import { autoregressive } from './mood-series.ts';

/** Somebody who checks in for `days` days up to 2026-06-30 (UTC) and whose moods know neither calendar nor activity. */
export type FeltWorld = {
  seed: number;
  days: number;
  /** How strongly a check-in's mood carries over to the next. */
  phi: number;
  /** Hours of a day's check-ins; of several lists each day has one by chance. */
  hours: readonly (readonly number[])[];
  /** The share of check-ins that are left out. */
  missing?: number;
  /** Added to the mood of a check-in: what patterns are made of. */
  effect?: (at: { day: number; weekday: number; hour: number }) => number;
  /** Added to what follows a journal. */
  afterJournal?: number;
};

export const LAST_DATE = Temporal.PlainDate.from('2026-06-30');
const SD = 3;
const MINUTE_MS = 60_000;

/** Journals are recorded mostly while low, tools are named by chance. */
export function feltHistory(world: FeltWorld): PatternHistory {
  const { seed, days, phi, hours, missing = 0.2, effect = () => 0, afterJournal = 0 } = world;
  const random = seededRandom(seed + 7_000_000);
  const slots = Array.from({ length: days }, (_, day) => {
    const date = LAST_DATE.subtract({ days: days - 1 - day });
    const ofDay = hours[Math.floor(random() * hours.length)] ?? [];
    return ofDay.filter(() => random() >= missing).map((hour) => ({ day, date, hour, weekday: date.dayOfWeek }));
  }).flat();
  const noise = autoregressive(seed, slots.length, phi);
  const journals: Doing[] = [];
  let followsJournal = false;
  const moods = slots.map((slot, i): FeltMood => {
    const mood = SD * (noise[i] ?? 0) + effect(slot) + (followsJournal ? afterJournal : 0);
    const at = slot.date.toZonedDateTime('UTC').epochMilliseconds + slot.hour * 3_600_000;
    followsJournal = mood < -SD / 2 && random() < 0.5;
    if (followsJournal) journals.push({ startMs: at + 5 * MINUTE_MS, endMs: at + 10 * MINUTE_MS });
    const value = Math.max(-10, Math.min(10, Math.round(2 * mood) / 2));
    return {
      occurredAtMs: at,
      localDate: slot.date.toString(),
      value,
      partOfDay: partOfHour(slot.hour),
      category: value < 0 ? 'unpleasant' : 'pleasant',
      toolId: random() < 0.1 ? 'breathing' : null,
    };
  });
  return { moods, journals };
}

import type { EmotionTypeIds } from './amira-entry.ts';
import { type Cells, type EntryReader, entryOf } from './entry.ts';
import { localInstant, wallClock } from './local-time.ts';
import { plainText } from './plain-text.ts';

/** How good each of Daylio's five moods is, the best first, as one of our emotion types and an intensity. */
const LEVELS = [
  { emotionType: 'joy', intensity: 8 },
  { emotionType: 'joy', intensity: 4 },
  { emotionType: 'neutral', intensity: 5 },
  { emotionType: 'sadness', intensity: 4 },
  { emotionType: 'sadness', intensity: 8 },
] as const;

/** What people call the moods of each level, the best first. */
export type Moods = readonly (readonly string[])[];

export const ENGLISH_MOODS: Moods = [['rad'], ['good'], ['meh'], ['bad'], ['awful']];
export const MOOD_LEVELS = LEVELS.length;

const MOST_CONTEXT = 100;
const DIVIDER = ', ';

/**
 * Daylio's columns. Its times are those of the phone and name no zone, so that it is given here. Activities become the
 * context; those that do not fit into it follow the note.
 */
export function daylioEntry(types: EmotionTypeIds, moods: Moods, timeZone: string): EntryReader {
  const levels = new Map(moods.flatMap((names, at) => names.map((name) => [name.toLowerCase(), LEVELS[at]] as const)));
  return (cells) => {
    const level = levels.get(cells('mood').toLowerCase());
    if (!level) return 'unknown_mood';
    const time = wallClock(cells('time'));
    if (!time) return 'invalid_occurred_at';
    const { context, left } = contextOf(cells('activities').split('|'));
    const notes = [plainText(cells('note_title')), plainText(cells('note')), left].filter((text) => text !== '');
    return entryOf('daylio', contentOf(cells, time), {
      occurredAt: localInstant(cells('full_date'), time, timeZone)?.toString(),
      timeZone,
      emotionTypeId: types.get(level.emotionType),
      intensity: level.intensity,
      ...(context === '' ? {} : { context }),
      ...(notes.length === 0 ? {} : { notes: notes.join('\n\n') }),
    });
  };
}

/** Not the columns that are only another way to write the date, and the time however the phone wrote it. */
const contentOf = (cells: Cells, time: Temporal.PlainTime): string[] => [
  cells('full_date'),
  time.toString(),
  ...['mood', 'activities', 'note_title', 'note'].map(cells),
];

/** As many whole activities as fit. */
function contextOf(activities: readonly string[]): { context: string; left: string } {
  const names = activities.map((name) => name.trim()).filter((name) => name !== '');
  let [taken, chars] = [0, 0];
  for (const name of names) {
    chars += (taken === 0 ? 0 : DIVIDER.length) + [...name].length;
    if (chars > MOST_CONTEXT) break;
    taken += 1;
  }
  return { context: names.slice(0, taken).join(DIVIDER), left: names.slice(taken).join(DIVIDER) };
}

import { NewCheckin } from '../emotions/index.ts';
import type { Format } from './header.ts';

/** Why a line was left out, for a program; `line` 1 is the header. */
export const LINE_CODES = [
  'invalid_quotes',
  'wrong_column_count',
  'invalid_occurred_at',
  'occurred_at_out_of_range',
  'invalid_time_zone',
  'unknown_emotion_type',
  'unknown_mood',
  'invalid_intensity',
  'invalid_context',
  'invalid_notes',
] as const;
export type LineCode = (typeof LINE_CODES)[number];

/**
 * A check-in read from a line. `content` is what makes two lines the same: what the line itself says, not what became of it,
 * so that a file imported again from another time zone is known again.
 */
export type Entry = { content: readonly string[]; checkin: NewCheckin };

/** A line's cells by the names of their columns; absent columns are empty. */
export type Cells = (name: string) => string;

/** Reads the cells of a line in one of the formats. */
export type EntryReader = (cells: Cells) => Entry | LineCode;

/** The check-in that `fields` are, by the rules that hold for every check-in, or what is wrong with them. */
export function entryOf(format: Format, cells: readonly string[], fields: Record<string, unknown>): Entry | LineCode {
  const read = NewCheckin.safeParse(fields);
  if (read.success) return { content: [format, ...cells], checkin: read.data };
  const code = CODES[String(read.error.issues[0]?.path[0])];
  if (!code) throw new Error(`a field of a line is wrong that no line has: ${read.error.message}`);
  return code;
}

const CODES: Readonly<Record<string, LineCode>> = {
  occurredAt: 'invalid_occurred_at',
  timeZone: 'invalid_time_zone',
  emotionTypeId: 'unknown_emotion_type',
  intensity: 'invalid_intensity',
  context: 'invalid_context',
  notes: 'invalid_notes',
};

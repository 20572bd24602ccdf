import { type EntryReader, entryOf } from './entry.ts';

/** Ids of emotion types by their names in lower case. */
export type EmotionTypeIds = ReadonlyMap<string, number>;

const COLUMNS = ['occurredAt', 'timeZone', 'emotionType', 'intensity', 'context', 'notes'] as const;

/** Our own columns. An emotion type may be called by its name, in any case, or by its id. */
export const amiraEntry =
  (types: EmotionTypeIds): EntryReader =>
  (cells) => {
    const [occurredAt, timeZone, emotionType, intensity, context, notes] = COLUMNS.map(cells);
    return entryOf('amira', COLUMNS.map(cells), {
      occurredAt,
      timeZone,
      emotionTypeId: wholeNumber(emotionType) ?? types.get(emotionType?.toLowerCase() ?? ''),
      intensity: wholeNumber(intensity),
      ...(context ? { context } : {}),
      ...(notes ? { notes } : {}),
    });
  };

const wholeNumber = (text = ''): number | undefined => (/^\d{1,5}$/.test(text) ? Number(text) : undefined);

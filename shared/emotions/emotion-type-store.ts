import type { Transaction } from '../platform/database/database.ts';

/** A feeling a check-in can name; `valence` from -1 (unpleasant) to 1 (pleasant). */
export type EmotionType = { id: number; name: string; description: string; category: string; valence: number };

/** Every emotion type, by id. */
export const listEmotionTypes = (tx: Transaction): Promise<EmotionType[]> =>
  tx.query('select id, name, description, category, valence from emotion_type order by id');

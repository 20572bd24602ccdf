import type { MoodPoint } from './mood.ts';
import type { PartOfDay } from './part-of-day.ts';

/** A check-in as patterns see it. */
export type FeltMood = MoodPoint & { partOfDay: PartOfDay; category: string; toolId: string | null };

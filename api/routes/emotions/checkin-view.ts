import { z } from 'zod';
import type { Checkin } from '../../../shared/emotions/index.ts';
import { CheckinId, JournalId } from '../../../shared/platform/ids.ts';
import { InstantText } from '../../../shared/platform/time/instant.ts';

/** A check-in as its owner sees it. */
export const CheckinView = z
  .object({
    id: CheckinId,
    emotionTypeId: z.int(),
    intensity: z.int(),
    context: z.string().nullable(),
    notes: z.string().nullable(),
    occurredAt: InstantText,
    timeZone: z.string(),
    localDate: z.iso.date().meta({ description: 'The day it belongs to, by the cut-off of then; it never changes.' }),
    receivedAt: InstantText,
    relatedJournalId: JournalId.nullable(),
    relatedToolId: z.uuid().nullable(),
  })
  .meta({ id: 'EmotionalCheckin' }) satisfies z.ZodType<Checkin>;

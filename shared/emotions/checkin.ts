import type { CheckinId, JournalId } from '../platform/ids.ts';

/** A check-in as it is stored and told. Instants are ISO 8601 in UTC with milliseconds. */
export type Checkin = {
  id: CheckinId;
  emotionTypeId: number;
  intensity: number;
  context: string | null;
  notes: string | null;
  occurredAt: string;
  timeZone: string;
  /** The day it belongs to for the person, `YYYY-MM-DD`; it never changes. */
  localDate: string;
  receivedAt: string;
  relatedJournalId: JournalId | null;
  relatedToolId: string | null;
};

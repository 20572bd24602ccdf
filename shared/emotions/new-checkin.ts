import { z } from 'zod';
import { boundedText } from '../platform/bounded-text.ts';
import type { FieldProblem } from '../platform/errors.ts';
import { JournalId } from '../platform/ids.ts';
import { factTimeProblem } from '../platform/time/fact-time.ts';
import { Instant } from '../platform/time/instant.ts';
import { TimeZone } from '../platform/time/local-date.ts';

/** A check-in as the phone sends it. */
export const NewCheckin = z
  .strictObject({
    emotionTypeId: z.int().min(1).max(32_767),
    intensity: z.int().min(1).max(10),
    context: boundedText(100).optional(),
    notes: boundedText(4_000).optional(),
    occurredAt: Instant,
    timeZone: TimeZone,
    relatedJournalId: JournalId.optional(),
    relatedToolId: z.uuid().optional(),
  })
  .meta({ id: 'NewCheckin' });
export type NewCheckin = z.infer<typeof NewCheckin>;

/** What a check-in may refer to: the emotion types there are, and the person's own journals among those it names. */
export type Referable = { emotionTypeIds: ReadonlySet<number>; journalIds: ReadonlySet<string> };

/** Why a check-in is not accepted. */
export type CheckinRefusal = { code: 'invalid_body' | 'not_found' | 'client_id_reused'; errors: FieldProblem[] };

/** What is wrong with a well-formed check-in, or null. A foreign journal and a missing one are refused alike. */
export function refusalOf(checkin: NewCheckin, known: Referable, now: Temporal.Instant): CheckinRefusal | null {
  const outOfTime = factTimeProblem(checkin.occurredAt, now);
  if (outOfTime) return refusal('invalid_body', 'occurredAt', 'out_of_range', outOfTime);
  if (!known.emotionTypeIds.has(checkin.emotionTypeId))
    return refusal('invalid_body', 'emotionTypeId', 'unknown', 'There is no such emotion type.');
  if (checkin.relatedJournalId !== undefined && !known.journalIds.has(checkin.relatedJournalId))
    return refusal('not_found', 'relatedJournalId', 'unknown', 'There is no such journal.');
  return null;
}

export const refusal = (
  code: CheckinRefusal['code'],
  path: string,
  problem: string,
  message: string,
): CheckinRefusal => ({ code, errors: [{ path, code: problem, message }] });

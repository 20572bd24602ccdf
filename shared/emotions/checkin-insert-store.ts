import type { Transaction } from '../platform/database/database.ts';
import { type CheckinId, newId, type UserId } from '../platform/ids.ts';
import { factTimeProblem } from '../platform/time/fact-time.ts';
import { instantText } from '../platform/time/instant.ts';
import { localDateOf } from '../platform/time/local-date.ts';
import { sealOptional, type UserCipher } from '../privacy/index.ts';
import { recordActivities } from '../progress/index.ts';
import type { Checkin } from './checkin.ts';
import { monthOf } from './checkin-months-store.ts';
import type { NewCheckin, Referable } from './new-checkin.ts';

/** What has to be known to accept check-ins. */
export type CheckinSetting = Referable & { cutOffHours: number };

/**
 * What is known of the person and of what these check-ins refer to, in one statement. It also makes sure that there is a
 * place for every month they are of.
 */
export async function readSetting(
  tx: Transaction,
  userId: UserId,
  checkins: readonly NewCheckin[],
  now: Temporal.Instant,
): Promise<CheckinSetting> {
  const [row] = await tx.query<{ cutOffHours: number; emotionTypeIds: number[]; journalIds: string[] }>(SETTING, [
    userId,
    checkins.flatMap(({ relatedJournalId }) => relatedJournalId ?? []),
    [...new Set(checkins.filter(({ occurredAt }) => !factTimeProblem(occurredAt, now)).map(monthOf))],
  ]);
  if (!row) throw new Error('a check-in is recorded in the transaction of its own user');
  return {
    cutOffHours: row.cutOffHours,
    emotionTypeIds: new Set(row.emotionTypeIds),
    journalIds: new Set(row.journalIds),
  };
}

const SETTING = `
  select day_cut_off as "cutOffHours", array(select id::int from emotion_type) as "emotionTypeIds",
         array(select id::text from journal where user_id = $1 and id = any($2::uuid[]) and deleted_at is null) as "journalIds",
         checkin_ensure_months($3)
  from account where id = $1`;

/** An accepted check-in under its id. */
export type AcceptedCheckin = { id: CheckinId; checkin: NewCheckin };

/** Gives a check-in the id it is stored under. */
export const accepted = (checkin: NewCheckin): AcceptedCheckin => ({ id: newId<CheckinId>(), checkin });

/** Writes check-ins and the activity they are, set-based and in one round trip. */
export async function insertCheckins(
  tx: Transaction,
  userId: UserId,
  cipher: UserCipher,
  facts: readonly AcceptedCheckin[],
  { cutOffHours, now }: { cutOffHours: number; now: Temporal.Instant },
): Promise<Checkin[]> {
  if (facts.length === 0) return [];
  const checkins = facts.map((fact) => storedCheckin(fact, cutOffHours, now));
  const activities = facts.map(({ id, checkin: { occurredAt, timeZone } }) => ({
    userId,
    kind: 'checkin' as const,
    sourceId: id,
    occurredAt,
    timeZone,
    cutOffHours,
    receivedAt: now,
  }));
  const rows = JSON.stringify(checkins.map((checkin) => rowOf(checkin, cipher)));
  await Promise.all([tx.query(INSERT, [userId, rows]), recordActivities(tx, activities)]);
  return checkins;
}

const storedCheckin = ({ id, checkin }: AcceptedCheckin, cutOffHours: number, now: Temporal.Instant): Checkin => ({
  id,
  emotionTypeId: checkin.emotionTypeId,
  intensity: checkin.intensity,
  context: checkin.context ?? null,
  notes: checkin.notes ?? null,
  occurredAt: instantText(checkin.occurredAt),
  timeZone: checkin.timeZone,
  localDate: localDateOf(checkin.occurredAt, checkin.timeZone, cutOffHours).toString(),
  receivedAt: instantText(now),
  relatedJournalId: checkin.relatedJournalId ?? null,
  relatedToolId: checkin.relatedToolId ?? null,
});

const rowOf = ({ context, notes, ...row }: Checkin, cipher: UserCipher) => ({
  ...row,
  contextSealed: byteaText(sealOptional(cipher, 'checkin.context', context)),
  notesSealed: byteaText(sealOptional(cipher, 'checkin.notes', notes)),
});

/** Bytes as PostgreSQL reads them out of JSON. */
const byteaText = (bytes: Buffer | null) => (bytes ? `\\x${bytes.toString('hex')}` : null);

const INSERT = `
  insert into checkin (user_id, id, emotion_type_id, intensity, context_sealed, notes_sealed, occurred_at, time_zone, local_date,
                       received_at, related_journal_id, related_tool_id)
  select $1, new.*
  from jsonb_to_recordset($2) as new (id uuid, "emotionTypeId" smallint, intensity smallint, "contextSealed" bytea,
    "notesSealed" bytea, "occurredAt" timestamptz, "timeZone" text, "localDate" date, "receivedAt" timestamptz, "relatedJournalId" uuid,
    "relatedToolId" uuid)`;

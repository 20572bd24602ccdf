import type { Transaction } from '../platform/database/database.ts';
import { notFound, permanent } from '../platform/errors.ts';
import { type CheckinId, LAST_ID, type UserId } from '../platform/ids.ts';
import { instantSql } from '../platform/time/instant.ts';
import { openOptional, type UserCipher } from '../privacy/index.ts';
import { removeActivity } from '../progress/index.ts';
import type { Checkin } from './checkin.ts';
import { accepted, insertCheckins, readSetting } from './checkin-insert-store.ts';
import { type NewCheckin, refusalOf } from './new-checkin.ts';

/**
 * Records a check-in and the activity it is.
 * @throws `invalid_body` for a time or an emotion type that cannot be, `not_found` for a journal that is not the person's
 */
export async function recordCheckin(
  tx: Transaction,
  userId: UserId,
  cipher: UserCipher,
  checkin: NewCheckin,
  now: Temporal.Instant,
): Promise<Checkin> {
  const setting = await readSetting(tx, userId, [checkin], now);
  const refused = refusalOf(checkin, setting, now);
  if (refused)
    throw permanent(refused.code, 'The check-in is not accepted; `errors` says why.', { errors: refused.errors });
  const [recorded] = await insertCheckins(tx, userId, cipher, [accepted(checkin)], { ...setting, now });
  if (!recorded) throw new Error('an insert gives its row back');
  return recorded;
}

/** The check-in, if it is the user's own. */
export async function findCheckin(
  tx: Transaction,
  userId: UserId,
  cipher: UserCipher,
  id: CheckinId,
): Promise<Checkin | null> {
  const [felt] = await tx.query<{ at: string }>(WHEN, [userId, id]);
  if (!felt) return null;
  const [row] = await tx.query<CheckinRow>(FIND, [userId, id, felt.at]);
  return row ? checkinOf(row, cipher) : null;
}

/** Takes a check-in back as if it had never been. What was earned meanwhile stays. */
export async function undoCheckin(tx: Transaction, userId: UserId, id: CheckinId): Promise<void> {
  const occurredAt = await removeActivity(tx, { userId, kind: 'checkin', sourceId: id });
  if (occurredAt === null) throw notFound('check-in');
  await Promise.all([tx.query(REMOVE, [userId, occurredAt, id]), tx.query(UNLINK, [userId, id])]);
}

const REMOVE = 'delete from checkin where user_id = $1 and occurred_at = $2 and id = $3';

const UNLINK = `
  update journal set pre_checkin_id = nullif(pre_checkin_id, $2), post_checkin_id = nullif(post_checkin_id, $2)
  where user_id = $1 and (pre_checkin_id = $2 or post_checkin_id = $2)`;

/** Where a page of check-ins begins: after this one. */
export type CheckinPosition = Pick<Checkin, 'occurredAt' | 'id'>;

/** At most `limit` check-ins, the latest first. */
export async function listCheckins(
  tx: Transaction,
  userId: UserId,
  cipher: UserCipher,
  { after, limit }: { after?: CheckinPosition | undefined; limit: number },
): Promise<Checkin[]> {
  const from = [after?.occurredAt ?? 'infinity', after?.id ?? LAST_ID];
  const rows = await tx.query<CheckinRow>(LIST, [userId, ...from, limit]);
  return rows.map((row) => checkinOf(row, cipher));
}

export type CheckinRow = Omit<Checkin, 'context' | 'notes'> & {
  contextSealed: Buffer | null;
  notesSealed: Buffer | null;
};

export const checkinOf = ({ contextSealed, notesSealed, ...row }: CheckinRow, cipher: UserCipher): Checkin => ({
  ...row,
  context: openOptional(cipher, 'checkin.context', contextSealed),
  notes: openOptional(cipher, 'checkin.notes', notesSealed),
});

export const CHECKIN_COLUMNS = `
  id, emotion_type_id as "emotionTypeId", intensity, context_sealed as "contextSealed",
  notes_sealed as "notesSealed", ${instantSql('occurred_at')} as "occurredAt",
  time_zone as "timeZone", local_date::text as "localDate", ${instantSql('received_at')} as "receivedAt",
  related_journal_id as "relatedJournalId", related_tool_id as "relatedToolId"`;

/** Where to look for it. Asked first: told only as it runs, a statement makes ready to look into every month. */
const WHEN = `
  select occurred_at::text as at from activity where user_id = $1 and kind = 'checkin' and source_id = $2`;

const FIND = `select ${CHECKIN_COLUMNS} from checkin where user_id = $1 and id = $2 and occurred_at = $3`;

const LIST = `
  select ${CHECKIN_COLUMNS} from checkin
  where user_id = $1 and occurred_at <= $2 and (occurred_at, id) < ($2, $3) order by occurred_at desc, id desc limit $4`;

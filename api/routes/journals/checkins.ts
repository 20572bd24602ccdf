import type { z } from 'zod';
import { recomputeAfterCheckin } from '../../../jobs/recompute.ts';
import { NewCheckin, recordCheckin } from '../../../shared/emotions/index.ts';
import { type JournalCheckins, linkCheckins } from '../../../shared/journals/index.ts';
import type { Transaction } from '../../../shared/platform/database/database.ts';
import { isAppError, permanent } from '../../../shared/platform/errors.ts';
import type { CheckinId, JournalId, UserId } from '../../../shared/platform/ids.ts';
import type { Metrics } from '../../../shared/platform/telemetry/metrics.ts';
import type { UserCipher } from '../../../shared/privacy/index.ts';

/** A check-in sent with a journal: its zone is the journal's, its time unless given the recording's begin or end. */
export const JournalCheckin = NewCheckin.omit({ timeZone: true, relatedJournalId: true })
  .partial({ occurredAt: true })
  .meta({
    id: 'JournalCheckin',
    description: 'Without `occurredAt` it is taken for felt as the recording began, or ended.',
  });
type JournalCheckin = z.output<typeof JournalCheckin>;

type RecordedJournal = {
  id: JournalId;
  recordedAt: Temporal.Instant;
  durationSeconds: number;
  timeZone: string;
  preCheckin?: JournalCheckin | undefined;
  postCheckin?: JournalCheckin | undefined;
};

/** Records how the person felt before and after a journal, in the journal's own transaction. */
export async function recordCheckinsAround(
  tx: Transaction,
  userId: UserId,
  journal: RecordedJournal,
  { now, cipher, metrics }: { now: Temporal.Instant; cipher: UserCipher; metrics: Metrics },
): Promise<JournalCheckins> {
  const { id, timeZone, recordedAt: begin, durationSeconds, preCheckin, postCheckin } = journal;
  const end = earlier(begin.add({ milliseconds: Math.round(durationSeconds * 1_000) }), now);
  const record = async (path: string, checkin: JournalCheckin | undefined, feltAt: Temporal.Instant) => {
    if (!checkin) return null;
    const occurredAt = checkin.occurredAt ?? feltAt;
    const whole = { ...checkin, occurredAt, timeZone, relatedJournalId: id };
    return (await below(path, recordCheckin(tx, userId, cipher, whole, now))).id;
  };
  const preCheckinId = await record('preCheckin', preCheckin, begin);
  const postCheckinId = await record('postCheckin', postCheckin, end);

  const recorded = [preCheckinId, postCheckinId].filter((one): one is CheckinId => one !== null).length;
  if (recorded > 0) {
    await linkCheckins(tx, id, { preCheckinId, postCheckinId });
    recomputeAfterCheckin(tx, userId, now);
    tx.afterCommit(() => metrics.businessTotal.inc({ event: 'checkin' }, recorded));
  }
  return { preCheckinId, postCheckinId };
}

const earlier = (one: Temporal.Instant, other: Temporal.Instant) =>
  Temporal.Instant.compare(one, other) < 0 ? one : other;

/** Lets what is refused be told by its place in the whole body. */
async function below<Result>(path: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!isAppError(error) || !error.errors) throw error;
    const errors = error.errors.map((problem) => ({ ...problem, path: `${path}.${problem.path}` }));
    throw permanent(error.code, error.message, { errors });
  }
}

import { findAccount } from '../../shared/accounts/index.ts';
import {
  type Judged,
  multipartToComplete,
  objectSize,
  recordVerdict,
  uploadClosesAt,
  uploadToJudge,
} from '../../shared/journals/index.ts';
import type { PayloadOf } from '../../shared/ledger/contract.ts';
import type { EffectContext, Handler } from '../../shared/ledger/handler.ts';
import { type ByteBudget, byteBudget } from '../../shared/platform/byte-budget.ts';
import type { ObjectStore } from '../../shared/platform/object-store/port.ts';
import type { Metrics } from '../../shared/platform/telemetry/metrics.ts';
import { recordActivity } from '../../shared/progress/index.ts';
import { audioDelete } from '../audio-delete/contract.ts';
import { recomputeAfterActivity } from '../recompute.ts';
import type { audioValidate } from './contract.ts';
import { judgeObject } from './judge-object.ts';

type Parts = {
  objectStore: () => Promise<ObjectStore>;
  metrics: Metrics;
  /** Declared bytes that this process reads and judges at the same time. */
  budget?: ByteBudget;
};

/** The largest recording beside a hundred of one minute; a second large one waits. */
const BYTES_IN_FLIGHT = 256 * 1_024 * 1_024;

/** `cutOffHours` is the person's, for the day on which the journal counts. */
type Prepared = (Judged & { cutOffHours: number }) | null;

/** Reads and judges outside any transaction; the verdict and all that follows from it commit together, once. */
export const audioValidateHandler = ({
  objectStore,
  metrics,
  budget = byteBudget(BYTES_IN_FLIGHT),
}: Parts): Handler<typeof audioValidate, Prepared> => ({
  async prepare({ userId, journalId }, { transaction, signal }) {
    // Asked in one go, which is one round trip to PostgreSQL.
    const [upload, multipart, account] = await transaction({ userId, readOnly: true }, (tx) =>
      Promise.all([uploadToJudge(tx, journalId), multipartToComplete(tx, journalId), findAccount(tx)]),
    );
    if (!upload || !account) return null;
    const owner = { userId, journalId, role: account.role };
    const size = objectSize(upload.audio.fileSize, upload.audio.envelope.version);
    const judged = await budget.use(size, signal, async () =>
      judgeObject(await objectStore(), { ...upload, multipart }, owner, signal),
    );
    return { ...judged, cutOffHours: account.dayCutOff };
  },

  async effect({ userId, journalId }, { tx, enqueue, clock, logger }, judged) {
    const journal = judged && (await recordVerdict(tx, journalId, judged, clock.now()));
    if (!journal) return { status: 'gone' };
    const { verdict, recordedAt, timeZone, createdAt, completedAt } = journal;

    if (verdict.status === 'rejected') {
      const { reason, leak: rule } = verdict;
      tx.afterCommit(() => metrics.uploadFailuresTotal.inc({ reason }));
      logger.info({ reason, ...(rule ? { rule } : {}) }, 'A recording was rejected');
      // A foreign object is somebody else's: not ours to delete here.
      if (reason !== 'foreign_object') deleteUpload({ userId, journalId }, completedAt, { enqueue, clock });
      return { status: verdict.status, reason };
    }

    tx.afterCommit(() => metrics.businessTotal.inc({ event: 'journal' }));
    await recordActivity(tx, {
      userId,
      kind: 'journal',
      sourceId: journalId,
      occurredAt: recordedAt,
      timeZone,
      cutOffHours: judged.cutOffHours,
      receivedAt: createdAt,
    });
    recomputeAfterActivity(tx, userId);
    deleteLateUploads({ userId, journalId }, completedAt, { enqueue, clock });
    return { status: verdict.status };
  },
});

type Context = Pick<EffectContext, 'enqueue' | 'clock'>;

/** At once, and again when nothing more can arrive. */
function deleteUpload(upload: PayloadOf<typeof audioDelete>, completedAt: Temporal.Instant, context: Context): void {
  context.enqueue(audioDelete, upload);
  deleteLateUploads(upload, completedAt, context);
}

/** When the last address for the upload has closed: whoever used it again left something that nobody has judged. */
function deleteLateUploads(
  upload: PayloadOf<typeof audioDelete>,
  completedAt: Temporal.Instant,
  { enqueue, clock }: Context,
): void {
  const dueAt = uploadClosesAt(completedAt);
  if (Temporal.Instant.compare(clock.now(), dueAt) < 0) enqueue(audioDelete, upload, { dueAt });
}

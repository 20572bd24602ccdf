import { findAccount } from '../../shared/accounts/index.ts';
import type { Deps } from '../../shared/compose.ts';
import { type ImportReport, importFile } from '../../shared/imports/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import { importDelete } from '../import-delete/contract.ts';
import { recomputeAfterCheckin, recomputeAfterImport } from '../recompute.ts';
import type { checkinsImport } from './contract.ts';

type Parts = Pick<Deps, 'objectStore' | 'userKeys' | 'metrics'>;

/**
 * The check-ins are recorded before the finishing transaction, a batch at a time. What follows from them is planned with
 * the first batch, for whatever becomes of the rest, and brought forward when all is done: usually it runs once.
 */
export const checkinsImportHandler = ({
  objectStore,
  userKeys,
  metrics,
}: Parts): Handler<typeof checkinsImport, ImportReport | null> => ({
  async prepare(file, { transaction, signal, clock, progress }) {
    const { userId } = file;
    const account = await transaction({ userId }, findAccount);
    if (!account) return null;
    const [store, cipher] = await Promise.all([objectStore(), userKeys.cipherOf(userId)]);
    const { timeZone } = account;
    return importFile(
      {
        ...{ transaction, signal, clock, progress, store, cipher, timeZone },
        recorded(tx, created) {
          recomputeAfterImport(tx, userId, clock.now());
          tx.afterCommit(() => metrics.businessTotal.inc({ event: 'checkin' }, created));
        },
      },
      file,
    );
  },

  async effect(file, { tx, enqueue, clock }, report) {
    enqueue(importDelete, file);
    if (report && report.created > 0) recomputeAfterCheckin(tx, file.userId, clock.now());
    return report ?? { status: 'gone' };
  },
});

import type { Deps } from '../shared/compose.ts';
import { finishExport, makeExport } from '../shared/exports/index.ts';
import type { JobContract } from '../shared/ledger/contract.ts';
import type { Handler } from '../shared/ledger/handler.ts';
import type { ExportId, UserId } from '../shared/platform/ids.ts';
import { instantText } from '../shared/platform/time/instant.ts';

type ExportContract = JobContract<string, { userId: UserId; exportId: ExportId }>;

/** Of both kinds of export: they differ in what the stored row asks for. */
export const exportHandler = ({
  objectStore,
  userKeys,
}: Pick<Deps, 'objectStore' | 'userKeys'>): Handler<ExportContract, number | null> => ({
  async prepare({ userId, exportId }, { transaction, signal, clock, progress }) {
    const [store, cipher] = await Promise.all([objectStore(), userKeys.cipherOf(userId)]);
    return makeExport({ transaction, signal, clock, progress, userId, cipher, store }, exportId);
  },
  async effect({ exportId }, { tx, clock }, size) {
    const expiresAt = size === null ? null : await finishExport(tx, exportId, size, clock.now());
    return expiresAt === null ? { status: 'gone' } : { exportId, expiresAt: instantText(expiresAt), size };
  },
});

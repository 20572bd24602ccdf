import { isIssuedFor, objectToDelete } from '../../shared/journals/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import { permanent } from '../../shared/platform/errors.ts';
import type { ObjectStore } from '../../shared/platform/object-store/port.ts';
import type { audioDelete } from './contract.ts';

type Parts = { objectStore: () => Promise<ObjectStore> };
type Deleted = { versionsDeleted: number };

/**
 * Every version and marker of the one key, until a list proves it empty; of a valid recording all but the version that was
 * judged. Repeated, it finds nothing and is done.
 */
export const audioDeleteHandler = ({ objectStore }: Parts): Handler<typeof audioDelete, Deleted> => ({
  async prepare({ userId, journalId }, { transaction, signal }) {
    const object = await transaction({ userId }, (tx) => objectToDelete(tx, journalId));
    if (object === null) return { versionsDeleted: 0 };
    const { objectKey, keptVersion } = object;
    if (!isIssuedFor(userId, journalId, objectKey))
      throw permanent('foreign_object', 'The object was not issued for this journal.');
    const store = await objectStore();
    return keptVersion === null
      ? store.deleteAllVersions(objectKey, signal)
      : store.deleteOtherVersions(objectKey, keptVersion, signal);
  },
  effect: async (_payload, _context, deleted) => deleted,
});

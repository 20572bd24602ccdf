import { isIssuedFor, objectToDelete } from '../../shared/journals/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import { permanent } from '../../shared/platform/errors.ts';
import type { ObjectStore } from '../../shared/platform/object-store/port.ts';
import type { audioDelete } from './contract.ts';

type Parts = { objectStore: () => Promise<ObjectStore> };
type Deleted = { versionsDeleted: number };

/** Every version and marker of the one key, until a list proves it empty. Repeated, it finds nothing and is done. */
export const audioDeleteHandler = ({ objectStore }: Parts): Handler<typeof audioDelete, Deleted> => ({
  async prepare({ userId, journalId }, { transaction, signal }) {
    const objectKey = await transaction({ userId }, (tx) => objectToDelete(tx, journalId));
    if (objectKey === null) return { versionsDeleted: 0 };
    if (!isIssuedFor(userId, journalId, objectKey))
      throw permanent('foreign_object', 'The object was not issued for this journal.');
    return (await objectStore()).deleteAllVersions(objectKey, signal);
  },
  effect: async (_payload, _context, deleted) => deleted,
});

import {
  beginPurge,
  finishPurge,
  isIssuedFor,
  type ProvenDeletion,
  type PurgeBegun,
} from '../../shared/journals/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import { permanent } from '../../shared/platform/errors.ts';
import type { ObjectStore } from '../../shared/platform/object-store/port.ts';
import { journalPurge } from './contract.ts';

type Parts = { objectStore: () => Promise<ObjectStore> };
type Prepared = Exclude<PurgeBegun, { status: 'begun' }> | ({ status: 'deleted' } & ProvenDeletion);

/**
 * First the object with every version and marker, until a list proves the key empty, then the rows: whoever is stopped in
 * between leaves rows that know what to delete, and the next run finds nothing there and is done.
 */
export const journalPurgeHandler = ({ objectStore }: Parts): Handler<typeof journalPurge, Prepared> => ({
  async prepare(payload, { transaction, clock, signal }) {
    const { userId, journalId } = payload;
    const purge = await transaction({ userId }, async (tx) => {
      const begun = await beginPurge(tx, payload, clock.now());
      if (begun.status === 'begun' && !isIssuedFor(userId, journalId, begun.objectKey))
        throw permanent('foreign_object', 'The object was not issued for this journal.');
      return begun;
    });
    if (purge.status !== 'begun') return purge;
    const { objectKey } = purge;
    const { versionsDeleted } = await (await objectStore()).deleteAllVersions(objectKey, signal);
    return { status: 'deleted', objectKey, versionsDeleted };
  },

  async effect(payload, { tx, enqueue, clock }, purge) {
    if (purge.status === 'early') enqueue(journalPurge, payload, { dueAt: purge.dueAt });
    if (purge.status !== 'deleted') return { status: purge.status };
    if (!(await finishPurge(tx, payload, purge, clock.now()))) return { status: 'gone' };
    return { status: 'deleted', versionsDeleted: purge.versionsDeleted };
  },
});

import { z } from 'zod';
import type { Deps } from '../../../shared/compose.ts';
import { type JournalUpload, journalUpload } from '../../../shared/journals/index.ts';
import { isAppError, notFound, permanent } from '../../../shared/platform/errors.ts';
import { JournalId } from '../../../shared/platform/ids.ts';
import { defineRoute } from '../../route.ts';
import { partUploads, singleUpload } from './upload-addresses.ts';
import { UploadView } from './views.ts';

/** Addresses live 15 minutes, which a large recording on a slow network outlives; and phones are restarted. */
export const getUpload = defineRoute(
  {
    method: 'GET',
    path: '/journals/{id}/upload',
    summary: 'Get fresh addresses for an upload',
    description:
      'As long as the journal is `pending`: addresses as from its creation, good for another 15 minutes. Of an upload in parts only those that are missing; `uploaded` tells of the others.',
    tag: 'journals',
    who: 'user',
    params: z.object({ id: JournalId }),
    response: z.object({ upload: UploadView }),
    problems: ['conflict'],
  },
  {
    // A transaction of its own, so that no connection waits for the object store.
    prepare: async ({ deps, user, params: { id } }) => {
      const upload = await deps.database.transaction({ userId: user.id }, (tx) => journalUpload(tx, id));
      if (!upload) return null;
      return upload.status === 'pending' ? freshAddresses(upload, deps) : 'over';
    },
    // Refused here and not before: first it must be known that the session still lives.
    handle: async ({ prepared: upload }) => {
      if (!upload) throw notFound('journal');
      if (upload === 'over') throw permanent('conflict', 'The upload is over. Record a new journal to upload again.');
      return { body: { upload } };
    },
  },
);

async function freshAddresses(
  { objectKey, size, multipart }: JournalUpload,
  { objectStore, clock }: Pick<Deps, 'objectStore' | 'clock'>,
): Promise<z.input<typeof UploadView> | 'over'> {
  const store = await objectStore();
  if (!multipart) return singleUpload(store, { objectKey, size }, clock);
  try {
    const uploaded = await store.uploadedParts(objectKey, multipart.uploadId);
    return await partUploads(store, { objectKey, ...multipart }, uploaded, clock);
  } catch (error) {
    // The bucket's lifecycle ended it, or it was completed just now.
    if (isAppError(error) && error.code === 'object_missing') return 'over';
    throw error;
  }
}

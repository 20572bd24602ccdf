import { z } from 'zod';
import { audioValidate } from '../../../jobs/audio-validate/contract.ts';
import { completeUpload, journalUpload, namedPartsProblem, nameParts } from '../../../shared/journals/index.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import type { Transaction } from '../../../shared/platform/database/database.ts';
import { notFound, permanent } from '../../../shared/platform/errors.ts';
import { JournalId } from '../../../shared/platform/ids.ts';
import { defineRoute } from '../../route.ts';
import { ownCipher } from '../own-cipher.ts';
import { ownJournal } from './read.ts';
import { JournalView } from './views.ts';

const NamedPart = z.strictObject({
  number: z.int().min(1).max(10_000),
  etag: z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must be the ETag that the object store answered'),
});

export const completeJournal = defineRoute(
  {
    method: 'POST',
    path: '/journals/{id}/complete',
    summary: 'Say that the recording has been uploaded',
    description:
      'Of an upload in parts, name each with the ETag that the object store answered. The recording is judged once, as it is then. Said again, it answers with the same work; a verdict is final, so a rejected recording is sent anew as another journal.',
    tag: 'journals',
    who: 'user',
    params: z.object({ id: JournalId }),
    body: z.strictObject({ parts: z.array(NamedPart).max(1_000).optional() }).optional(),
    response: JournalView,
    waits: true,
    idempotent: true,
    problems: ['conflict'],
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, user, params: { id }, body, clock, respondLater, prepared: cipher }) => {
      await takeParts(tx, id, body?.parts);
      const completion = await completeUpload(tx, id, clock.now(), () =>
        enqueue(tx, audioValidate, { userId: user.id, journalId: id }),
      );
      if (!completion) throw notFound('journal');
      if (completion.status === 'expired')
        throw permanent('conflict', 'The upload was not completed in time. Send it anew as another journal.');
      return respondLater(completion.jobId, (later) => ownJournal(later, cipher, id));
    },
  },
);

/** Refuses what cannot be the upload's parts, and keeps what can. Repeated after the completion it changes nothing. */
async function takeParts(tx: Transaction, id: JournalId, parts: z.output<typeof NamedPart>[] | undefined) {
  const upload = await journalUpload(tx, id);
  if (!upload) throw notFound('journal');
  const problem = namedPartsProblem(parts, upload.multipart?.parts.length ?? 0);
  if (problem) throw permanent('invalid_body', 'The parts are not those of the upload.', { errors: [problem] });
  if (parts) await nameParts(tx, id, parts);
}

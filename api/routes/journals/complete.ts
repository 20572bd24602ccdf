import { z } from 'zod';
import { audioValidate } from '../../../jobs/audio-validate/contract.ts';
import { completeUpload } from '../../../shared/journals/index.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { notFound, permanent } from '../../../shared/platform/errors.ts';
import { JournalId } from '../../../shared/platform/ids.ts';
import { defineRoute } from '../../route.ts';
import { ownCipher } from '../own-cipher.ts';
import { ownJournal } from './read.ts';
import { JournalView } from './views.ts';

export const completeJournal = defineRoute(
  {
    method: 'POST',
    path: '/journals/{id}/complete',
    summary: 'Say that the recording has been uploaded',
    description:
      'It is judged once, as it is then. Said again, it answers with the same work; a verdict is final, so a rejected recording is sent anew as another journal.',
    tag: 'journals',
    who: 'user',
    params: z.object({ id: JournalId }),
    body: z.strictObject({}).optional(),
    response: JournalView,
    waits: true,
    idempotent: true,
    problems: ['conflict'],
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, user, params: { id }, clock, respondLater, prepared: cipher }) => {
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

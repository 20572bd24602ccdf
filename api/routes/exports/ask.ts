import { z } from 'zod';
import { accountExport } from '../../../jobs/account-export/contract.ts';
import { journalExport } from '../../../jobs/journal-export/contract.ts';
import { requestExport } from '../../../shared/exports/index.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { JournalId } from '../../../shared/platform/ids.ts';
import { defineRoute } from '../../route.ts';
import { ownJournal } from '../journals/read.ts';
import { ownCipher } from '../own-cipher.ts';

const HOW = `The job's \`result\` is \`{exportId,expiresAt,size}\`; \`POST /v1/exports/{id}/link\` then gives the address of a ZIP archive. Asked for again while it is being made, it answers with the same work.`;

export const postAccountExport = defineRoute(
  {
    method: 'POST',
    path: '/me/export',
    summary: 'Export everything that is kept about you',
    description: HOW,
    tag: 'accounts',
    who: 'user',
    waits: true,
    idempotent: true,
  },
  async ({ tx, user, clock, respondLater }) =>
    respondLater(
      await requestExport(tx, user.id, { kind: 'account' }, clock.now(), (exportId) =>
        enqueue(tx, accountExport, { userId: user.id, exportId }),
      ),
    ),
);

export const postJournalExport = defineRoute(
  {
    method: 'POST',
    path: '/journals/{id}/export',
    summary: 'Export one voice journal',
    description: HOW,
    tag: 'journals',
    who: 'user',
    params: z.object({ id: JournalId }),
    waits: true,
    idempotent: true,
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, user, params: { id: journalId }, clock, respondLater, prepared: cipher }) => {
      await ownJournal(tx, cipher, journalId);
      const scope = { kind: 'journal', journalId } as const;
      const jobId = await requestExport(tx, user.id, scope, clock.now(), (exportId) =>
        enqueue(tx, journalExport, { userId: user.id, exportId }),
      );
      return respondLater(jobId);
    },
  },
);

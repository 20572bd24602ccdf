import { expireUpload, uploadClosesAt } from '../../shared/journals/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import { audioDelete } from '../audio-delete/contract.ts';
import type { audioExpire } from './contract.ts';

/** First the row, then the object: once it is expired nobody can complete it, so nothing that counts is deleted. */
export const audioExpireHandler: Handler<typeof audioExpire> = {
  async effect(payload, { tx, enqueue, clock }) {
    const now = clock.now();
    const expired = await expireUpload(tx, payload.journalId, now);
    if (expired) {
      enqueue(audioDelete, payload);
      // A phone may have asked for fresh addresses a moment ago.
      enqueue(audioDelete, payload, { dueAt: uploadClosesAt(now) });
    }
    return { expired };
  },
};

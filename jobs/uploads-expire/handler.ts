import { unfinishedUploads } from '../../shared/journals/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import { audioExpire } from '../audio-expire/contract.ts';
import type { uploadsExpire } from './contract.ts';

/** What is over waits for the next hour. */
const MAX_UPLOADS = 5_000;

export const uploadsExpireHandler: Handler<typeof uploadsExpire> = {
  async effect(_payload, { tx, enqueue }) {
    const unfinished = await unfinishedUploads(tx, MAX_UPLOADS);
    for (const upload of unfinished) enqueue(audioExpire, upload);
    return { found: unfinished.length };
  },
};

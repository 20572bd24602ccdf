import { journalsToPurge } from '../../shared/journals/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import { journalPurge } from '../journal-purge/contract.ts';
import type { journalsPurge } from './contract.ts';

/** A day behind the end of the undo, so that what is planned and being retried is left to itself. */
const OVERDUE = { hours: 8 * 24 };

/** What is over waits for the next day. */
const MAX_JOURNALS = 5_000;

export const journalsPurgeHandler: Handler<typeof journalsPurge> = {
  async effect(_payload, { tx, enqueue, clock }) {
    const overdue = await journalsToPurge(tx, clock.now().subtract(OVERDUE), MAX_JOURNALS);
    for (const deleted of overdue) enqueue(journalPurge, deleted);
    return { found: overdue.length };
  },
};

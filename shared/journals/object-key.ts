import { randomBytes } from 'node:crypto';
import type { JournalId, UserId } from '../platform/ids.ts';

/** The address of a recording's object: issued by us, once, and not to be guessed from the ids in it. */
export const newObjectKey = (userId: UserId, journalId: JournalId): string =>
  `${folderOf(userId, journalId)}${randomBytes(16).toString('hex')}`;

/** What the key of every recording begins with. */
export const recordingsPrefix = 'journals/';

/** Whether `key` is one that we issue for this user's journal. */
export function isIssuedFor(userId: UserId, journalId: JournalId, key: string): boolean {
  const folder = folderOf(userId, journalId);
  return key.startsWith(folder) && /^[0-9a-f]{32}$/.test(key.slice(folder.length));
}

const folderOf = (userId: UserId, journalId: JournalId) => `${recordingsPrefix}${userId}/${journalId}/`;

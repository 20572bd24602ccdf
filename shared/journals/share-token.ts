import { createHash, randomBytes } from 'node:crypto';

/** The secret part of a link: 256 random bits as 43 letters. Whoever has it may ask; to hear takes the key as well. */
export const newShareToken = (): string => randomBytes(32).toString('base64url');

/** What of a token is stored: enough to know it again, and of no use to who reads the table. */
export const shareTokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

import { randomBytes } from 'node:crypto';
import { secretHash } from '../platform/secret-hash.ts';

/** The secret part of a link: 256 random bits as 43 letters. Whoever has it may ask; to hear takes the key as well. */
export const newShareToken = (): string => randomBytes(32).toString('base64url');

/** What of a token is stored. */
export const shareTokenHash = secretHash;

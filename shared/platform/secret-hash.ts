import { createHash } from 'node:crypto';

/**
 * What is stored of a random secret that somebody is given: enough to know it again, and of no use to who reads the table.
 * Plain SHA-256 will do: there is nothing to guess in 256 random bits.
 */
export const secretHash = (secret: string): Buffer => createHash('sha256').update(secret).digest();

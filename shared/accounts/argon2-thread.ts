import { type Argon2Parameters, argon2Sync } from 'node:crypto';
import { setPriority } from 'node:os';

const NICE = 10;

// On Linux this is about the calling thread alone: hashes get the processor that requests leave over.
if (process.platform === 'linux') setPriority(0, NICE);

/** Argon2id (RFC 9106) for `password-hash.ts`, in a thread of its own. */
export default (parameters: Argon2Parameters): Buffer => argon2Sync('argon2id', parameters);

import { type Argon2Parameters, argon2Sync } from 'node:crypto';
import { giveWay } from '../platform/give-way.ts';

giveWay();

/** Argon2id (RFC 9106) for `password-hash.ts`, in a thread of its own. */
export default (parameters: Argon2Parameters): Buffer => argon2Sync('argon2id', parameters);

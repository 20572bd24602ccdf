import { argon2idAsync } from '@noble/hashes/argon2.js';

/** What one derivation costs: memory in KiB, passes over it, lanes. */
export type Argon2Cost = { memory: number; passes: number; parallelism: number };

/** Argon2id (RFC 9106) to 32 bytes. An app may bring a native one, which takes a tenth of the time. */
export type Argon2id = (password: Uint8Array, salt: Uint8Array, cost: Argon2Cost) => Promise<Uint8Array>;

/** In JavaScript alone: about half a second on a laptop, some seconds on an old phone. Lets others work in between. */
export const portableArgon2id: Argon2id = (password, salt, { memory, passes, parallelism }) =>
  argon2idAsync(password, salt, { m: memory, t: passes, p: parallelism, dkLen: 32 });

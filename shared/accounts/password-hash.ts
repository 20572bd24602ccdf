import { type Argon2Parameters, randomBytes, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { threadsOf } from '../platform/threads.ts';

/** What an Argon2id hash costs: memory in KiB, passes over it, lanes. */
export type Argon2Cost = { memory: number; passes: number; parallelism: number };

/** OWASP's minimum for Argon2id: 19 MiB, two passes, one lane. */
const CURRENT_COST: Argon2Cost = { memory: 19_456, passes: 2, parallelism: 1 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Node's own threads would do, but at the priority of the event loop, which a flood of hashes then starves. */
const threads = threadsOf<Argon2Parameters, Uint8Array>(
  new URL('./argon2-thread.ts', import.meta.url),
  availableParallelism(),
);

/** Argon2id (RFC 9106) of a password as a PHC string with its own salt and cost. Tens of milliseconds of one core. */
export async function hashPassword(password: string, cost = CURRENT_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await threads.run({ message: password, nonce: salt, tagLength: HASH_BYTES, ...cost });
  return formatPhc({ cost, salt, hash });
}

/** Whether the password is the one that was hashed; takes as long for a wrong one. */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  const { cost, salt, hash } = parsePhc(phc);
  const presented = await threads.run({ message: password, nonce: salt, tagLength: hash.length, ...cost });
  return timingSafeEqual(presented, hash);
}

/** True for a hash made at another cost than today's: renew it when its password is next presented. */
export function needsRehash(phc: string, cost = CURRENT_COST): boolean {
  const made = parsePhc(phc).cost;
  return made.memory !== cost.memory || made.passes !== cost.passes || made.parallelism !== cost.parallelism;
}

type Phc = { cost: Argon2Cost; salt: Uint8Array; hash: Uint8Array };

const formatPhc = ({ cost, salt, hash }: Phc): string =>
  `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${unpadded(salt)}$${unpadded(hash)}`;

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,})\$([A-Za-z0-9+/]{22,})$/;

function parsePhc(phc: string): Phc {
  const [, memory, passes, parallelism, salt, hash] = PHC.exec(phc) ?? [];
  if (!salt || !hash) throw new TypeError('a stored password hash is not an Argon2id PHC string');
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { boundedQueue, TOO_MANY } from '../platform/bounded-queue.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { hasAllowedLength, MAX_LENGTH, MIN_LENGTH } from './password-length.ts';

/** Hashing is the cheapest way to take the service down, so it has a queue of its own. */
export type Passwords = {
  /** Throws `busy` (503) when too many wait. */
  hash(password: string): Promise<string>;
  /** `phc` is `null` for an unknown address: the answer is `false` and takes as long as for a known one. */
  verify(password: string, phc: string | null): Promise<boolean>;
  /** Runs a request that is going to ask for a hash. Throws `busy` when as many are on their way as may run and wait. */
  attend<Result>(request: () => Promise<Result>): Promise<Result>;
  /** Whether the next would be refused. */
  isFull(): boolean;
};

const MAX_WAITING = 50;

/** @param cores how many hashes run at the same time */
export function createPasswords(cores: number): Passwords {
  const inTurn = boundedQueue(cores, MAX_WAITING);
  let attending = 0;
  const isFull = () => attending >= cores + MAX_WAITING;
  // Nobody knows its password. Made on first use, inside the first verification's turn.
  let nobody: Promise<string> | undefined;

  return {
    hash: (password) => inTurn(() => hashPassword(password)),
    verify: (password, phc) =>
      inTurn(async () => {
        nobody ??= hashPassword(randomBytes(32).toString('base64'));
        const matches = await verifyPassword(password, phc ?? (await nobody));
        return matches && phc !== null;
      }),
    isFull,
    async attend(request) {
      if (isFull()) throw TOO_MANY;
      attending += 1;
      try {
        return await request();
      } finally {
        attending -= 1;
      }
    },
  };
}

/** A character is at most two UTF-16 units. Checked first, so that a megabyte is not counted character by character. */
const MAX_UNITS = 2 * MAX_LENGTH;

/** NUL ends a string elsewhere, and a lone surrogate has no UTF-8: two different passwords could hash alike. */
const isHashable = (password: string): boolean => password.isWellFormed() && !password.includes('\0');

const HashableText = z
  .string()
  .max(MAX_UNITS)
  .refine(isHashable, { error: 'Must not contain NUL or lone surrogates.', abort: true });

/** A password somebody presents; whether it keeps today's rules says nothing about whether it is theirs. */
export const PresentedPassword = HashableText.min(1);

/** A password somebody chooses. Taken exactly as typed: neither trimmed nor normalised. */
export const NewPassword = HashableText.refine(hasAllowedLength, {
  error: `Must be ${MIN_LENGTH} to ${MAX_LENGTH} characters long.`,
});

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { permanent } from '../platform/errors.ts';
import type { Passwords } from './password.ts';
import { hasAllowedLength } from './password-length.ts';

const require = createRequire(import.meta.url);

/** ASVS 5.0, 6.2.4. */
const REFUSED = 3_000;

let common: Promise<ReadonlySet<string>> | undefined;

/** The hash of a password that somebody chooses. Throws `weak_password` (400) for a common one, before it is hashed. */
export async function hashChosen(
  passwords: Pick<Passwords, 'hash'>,
  password: string,
  field = 'password',
): Promise<string> {
  if (!(await isCommonPassword(password))) return passwords.hash(password);
  throw permanent('weak_password', 'The password is one of the most common ones.', {
    errors: [{ path: field, code: 'weak_password', message: 'Is one of the most common passwords.' }],
  });
}

/** Whether a password is among the most frequent ones, in upper, lower or mixed case. */
export async function isCommonPassword(password: string): Promise<boolean> {
  common ??= readCommonPasswords();
  return (await common).has(folded(password));
}

/**
 * The most frequent passwords of an allowed length, in lower case. The list of zxcvbn-ts has 49,233 out of published leaks,
 * the most frequent first; it is read and not imported, so that most of it can go again.
 */
export async function readCommonPasswords(): Promise<ReadonlySet<string>> {
  const text = await readFile(require.resolve('@zxcvbn-ts/language-common/src/passwords.json'), 'utf8');
  const list = z.array(z.string()).parse(JSON.parse(text));
  return new Set([...new Set(list.map(folded))].filter(hasAllowedLength).slice(0, REFUSED));
}

const folded = (password: string): string => password.toLowerCase();

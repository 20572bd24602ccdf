import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { hasAllowedLength } from './password-length.ts';

/** The list of zxcvbn-ts: 49,233 passwords out of published leaks, the most frequent first. */
const LIST = '@zxcvbn-ts/language-common/src/passwords.json';

/** ASVS 5.0, 6.2.4. */
const REFUSED = 3_000;

let common: Promise<ReadonlySet<string>> | undefined;

/** Whether a password is among the most frequent ones, in upper, lower or mixed case. */
export async function isCommonPassword(password: string): Promise<boolean> {
  common ??= readCommonPasswords();
  return (await common).has(folded(password));
}

/** The most frequent passwords of an allowed length, in lower case. The list is read, not imported: most of it can go again. */
export async function readCommonPasswords(): Promise<ReadonlySet<string>> {
  const text = await readFile(createRequire(import.meta.url).resolve(LIST), 'utf8');
  const list = z.array(z.string()).parse(JSON.parse(text));
  return new Set([...new Set(list.map(folded))].filter(hasAllowedLength).slice(0, REFUSED));
}

const folded = (password: string): string => password.toLowerCase();

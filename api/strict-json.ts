import { permanent } from '../shared/platform/errors.ts';

const MAX_DEPTH = 20;
const MAX_KEYS = 500;

/** Setting one of these on an object reaches beyond that object, so no body may name them. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The value of a JSON text, if it means the same to every reader: no duplicate keys, no numbers beyond a double, no
 * NUL or lone surrogate, no prototype keys, at most 20 levels and 500 keys an object. Otherwise 400 `invalid_json`.
 */
export function strictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusal('The body is not JSON.');
  }
  checkStructure(text);
  return value;
}

/** Whether PostgreSQL can store the text and every client can read it. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

// The parser keeps the last of duplicate keys and rounds 1e400 to Infinity without a word, so its result cannot tell.
// The text is known to be JSON here: finding the tokens is enough.
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|-?\d[\d.eE+-]*/g;

function checkStructure(text: string): void {
  const open: (Set<string> | null)[] = [];
  let expectsKey = false;
  for (const [token] of text.matchAll(TOKEN)) {
    const keys = open.at(-1);
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : null);
      if (open.length > MAX_DEPTH) throw refusal(`The body is nested more than ${MAX_DEPTH} levels deep.`);
      expectsKey = token === '{';
    } else if (token === '}' || token === ']') {
      open.pop();
      expectsKey = false;
    } else if (token === ',') expectsKey = keys !== null;
    else if (token === ':') expectsKey = false;
    else if (token.startsWith('"')) checkString(token, expectsKey ? keys : null);
    else if (!Number.isFinite(Number(token))) throw refusal('A number is too large.');
  }
}

function checkString(token: string, keys: Set<string> | null | undefined): void {
  const text: string = token.includes('\\') ? JSON.parse(token) : token.slice(1, -1);
  if (!isStorable(text)) throw refusal(UNSTORABLE);
  if (!keys) return;
  if (FORBIDDEN_KEYS.has(text)) throw refusal('The body uses a key that is not allowed.');
  if (keys.has(text)) throw refusal('The body names a key twice in one object.');
  if (keys.add(text).size > MAX_KEYS) throw refusal(`An object of the body has more than ${MAX_KEYS} keys.`);
}

export const UNSTORABLE = 'A text has a character that cannot be stored.';

const refusal = (message: string) => permanent('invalid_json', message);

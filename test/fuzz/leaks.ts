import type { WireAnswer } from '../support/openapi/answer-problems.ts';

const FRAMES = [/\bat [^"\\]{1,200}:\d+:\d+\)?/, /node:internal|node_modules/, /\/[\w./-]+\.(?:ts|js|mjs|cjs)\b:?\d*/];
const SQL = [
  /\bselect\b.{1,200}\bfrom\b/is,
  /\b(?:insert into|delete from|update \w+ set)\b/i,
  /\b(?:violates|SQLSTATE|syntax error at|relation "|column "|duplicate key|invalid input syntax|pg_[a-z]+)/i,
];

/** Stack frames, file names and SQL in an answer. A refusal's quotations of the request itself do not count. */
export function leaksIn({ status, text, headers }: WireAnswer): string[] {
  const isProblem = (headers['content-type'] ?? '').startsWith('application/problem+json');
  // What people stored may read like anything; only refusals are in our own words.
  const ours = isProblem ? ownWords(text) : status < 400 ? '' : text;
  const patterns = isProblem || status >= 400 ? [...FRAMES, ...SQL] : [];
  return patterns.flatMap((pattern) => {
    const [found] = pattern.exec(ours) ?? [];
    return found === undefined ? [] : [`shows something of the inside: ${found.slice(0, 200)}`];
  });
}

function ownWords(text: string): string {
  try {
    const { instance: _, requestId: __, errors = [], ...rest } = JSON.parse(text);
    const messages = (errors as { code: string; message: string }[]).map(({ code, message }) => `${code} ${message}`);
    return [...Object.values(rest), ...messages].join('\n');
  } catch {
    return text;
  }
}

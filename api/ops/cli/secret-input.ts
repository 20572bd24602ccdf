import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Refused } from './refusal.ts';

/** Asks for secrets: on a terminal without echoing them, from a pipe one a line. */
export type SecretInput = { ask(question: string): Promise<string>; readonly isTerminal: boolean; close(): void };

export function secretInput(input: NodeJS.ReadStream = process.stdin): SecretInput {
  let lines: { next(): Promise<IteratorResult<string>>; close(): void } | undefined;
  return {
    isTerminal: input.isTTY,
    async ask(question) {
      lines ??= linesOf(input);
      if (input.isTTY) process.stderr.write(question);
      const { value, done } = await lines.next();
      if (input.isTTY) process.stderr.write('\n');
      if (done || value === '') throw new Refused(`${question.replace(/: $/, '')} is missing.`);
      return value;
    },
    close: () => lines?.close(),
  };
}

function linesOf(input: NodeJS.ReadStream) {
  // What is typed goes nowhere.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output, terminal: input.isTTY });
  // Ctrl-C reaches the reader, not the process, while a terminal is read key by key.
  reader.on('SIGINT', () => process.exit(130));
  const iterator = reader[Symbol.asyncIterator]();
  return { next: () => iterator.next(), close: () => reader.close() };
}

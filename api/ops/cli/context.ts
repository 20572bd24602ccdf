import type { Command } from 'commander';
import type { z } from 'zod';
import type { Config } from '../../../shared/platform/config/index.ts';
import { type Ask, ask, notSignedIn } from './ops-client.ts';
import { keptToken } from './session-file.ts';

/** What every command needs: where to ask, as whom, and how to tell the answer. */
export type CliContext = {
  readonly config: Config;
  readonly url: string;
  /** As nobody yet. */
  ask<Schema extends z.ZodType>(path: string, schema: Schema, request?: Ask): Promise<z.output<Schema>>;
  /** As the operator who is signed in. */
  askSignedIn<Schema extends z.ZodType>(path: string, schema: Schema, request?: Ask): Promise<z.output<Schema>>;
  /** With `--json` the answer as it is, otherwise the lines made of it. */
  tell<Answer>(command: Command, answer: Answer, lines: (answer: Answer) => readonly string[]): void;
};

export function cliContext(config: Config): CliContext {
  const url = config.OPS_URL ?? `http://${config.OPS_HOST}:${config.OPS_PORT}`;
  return {
    config,
    url,
    ask: (path, schema, request) => ask(url, path, schema, request),
    async askSignedIn(path, schema, request) {
      const token = await keptToken(config.DATA_DIR, url);
      if (token === undefined) throw notSignedIn();
      return ask(url, path, schema, { ...request, token });
    },
    tell(command, answer, lines) {
      const { json } = command.optsWithGlobals<{ json?: boolean }>();
      const text = json ? JSON.stringify(answer ?? null, null, 2) : lines(answer).join('\n');
      process.stdout.write(`${text}\n`);
    },
  };
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
// Not through the topic's index, which would load the database's driver for two HMACs.
import { proofOf } from '../../../shared/accounts/first-administrator.ts';
import type { Config } from '../../../shared/platform/config/index.ts';
import type { CliContext } from './context.ts';
import { Refused } from './refusal.ts';
import { type SecretInput, secretInput } from './secret-input.ts';

const Challenge = z.object({ nonce: z.string() });
const Added = z.object({
  id: z.string(),
  enrolment: z.object({ secret: z.string(), uri: z.string(), recoveryCodes: z.array(z.string()) }),
});
type Added = z.infer<typeof Added>;

export function adminCommands(program: Command, context: CliContext): void {
  program
    .command('admin')
    .description('administrators')
    .command('create')
    .description('make the first administrator; needs the server’s SECRET_KEY. Later ones: accounts role')
    .requiredOption('--email <address>', 'an address that has no account yet')
    .action(async ({ email }: { email: string }, command: Command) => {
      const secretKey = await serverSecret(context.config);
      const password = context.config.OPS_PASSWORD ?? (await chosenPassword());
      const { nonce } = await context
        .ask('/administrators/challenge', Challenge, { method: 'POST' })
        .catch(unlessThere);
      const request = { nonce, email: email.trim(), password };
      const body = { ...request, proof: proofOf(request, secretKey) };
      context.tell(command, await context.ask('/administrators', Added, { method: 'POST', body }), linesOf);
    });
}

function unlessThere(error: unknown): never {
  if (error instanceof Refused && error.message.includes('not_found'))
    throw new Refused('There is an administrator already. They make others: npm run ops -- accounts role');
  throw error;
}

/** What `npm start` made for itself lies with its data. */
async function serverSecret({ SECRET_KEY, DATA_DIR }: Config): Promise<string> {
  if (SECRET_KEY !== '') return SECRET_KEY;
  const kept = await readFile(join(DATA_DIR, 'secret-key'), 'utf8').catch(() => '');
  if (kept.trim() !== '') return kept.trim();
  throw new Refused(`SECRET_KEY is not set, and ${DATA_DIR} has none: run this where the server's secret is.`);
}

async function chosenPassword(): Promise<string> {
  const secrets = secretInput();
  try {
    const password = await secrets.ask('New password: ');
    if (secrets.isTerminal) await askAgain(secrets, password);
    return password;
  } finally {
    secrets.close();
  }
}

async function askAgain(secrets: SecretInput, password: string): Promise<void> {
  if ((await secrets.ask('Once more: ')) !== password) throw new Refused('Those were two different passwords.');
}

const linesOf = ({ id, enrolment: { secret, uri, recoveryCodes } }: Added) => [
  `Administrator  ${id}`,
  '',
  'For your authenticator; shown this once:',
  `  Secret  ${secret}`,
  `  URI     ${uri}`,
  '',
  'Recovery codes, each to be used once should the authenticator be lost:',
  ...recoveryCodes.map((code) => `  ${code}`),
  '',
  'Now sign in: npm run ops -- login --email …',
];

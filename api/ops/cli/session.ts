import type { Command } from 'commander';
import { z } from 'zod';
import type { CliContext } from './context.ts';
import { secretInput } from './secret-input.ts';
import { forgetToken, keepToken } from './session-file.ts';

const Session = z.object({ operator: z.object({ id: z.string(), role: z.string() }), expiresAt: z.string() });
type Session = z.infer<typeof Session>;

export function sessionCommands(program: Command, context: CliContext): void {
  const { config, url } = context;
  program
    .command('login')
    .description('sign in; the session lasts eight hours, and ends after half an hour without use')
    .requiredOption('--email <address>', 'your address')
    .action(async ({ email }: { email: string }, command: Command) => {
      const secrets = secretInput();
      try {
        const password = config.OPS_PASSWORD ?? (await secrets.ask('Password: '));
        const totp = config.OPS_TOTP ?? (await secrets.ask('Code of your authenticator, or a recovery code: '));
        const answer = await context.ask('/session', Session.extend({ token: z.string() }), {
          method: 'POST',
          body: { email, password, totp, as: 'bearer' },
        });
        const { token, ...session } = answer;
        await keepToken(config.DATA_DIR, url, token);
        context.tell(command, session, linesOf);
      } finally {
        secrets.close();
      }
    });
  program
    .command('whoami')
    .description('show who is signed in')
    .action(async (_options: unknown, command: Command) => {
      context.tell(command, await context.askSignedIn('/session', Session), linesOf);
    });
  program
    .command('logout')
    .description('sign out')
    .action(async (_options: unknown, command: Command) => {
      // Forgotten here whatever the server says about it.
      await context
        .askSignedIn('/session', z.unknown(), { method: 'DELETE' })
        .finally(() => forgetToken(config.DATA_DIR));
      context.tell(command, { signedOut: true }, () => ['Signed out.']);
    });
}

const linesOf = ({ operator, expiresAt }: Session) => [
  `Operator  ${operator.id}`,
  `Role      ${operator.role}`,
  `Until     ${expiresAt}`,
];

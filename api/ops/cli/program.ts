import { Command } from 'commander';
import type { Config } from '../../../shared/platform/config/index.ts';
import { accountCommands } from './accounts.ts';
import { adminCommands } from './admin.ts';
import { auditCommands } from './audit.ts';
import { cliContext } from './context.ts';
import { keyCommands } from './keys.ts';
import { objectCommands } from './objects.ts';
import { sessionCommands } from './session.ts';

const EXAMPLES = `
Examples:
  npm run ops -- admin create --email root@example.org     (the first administrator; once)
  npm run ops -- login --email root@example.org
  npm run ops -- accounts find ana@example.org
  npm run ops -- accounts tier ana@example.org premium --reason "ticket 4711"
  npm run ops -- accounts role ID administrator --operator-role support --reason "on call"
  npm run ops -- keys rotate --reason "yearly"
  npm run ops -- objects sweep --dry-run
  npm run --silent ops -- audit list --json

Settings: OPS_URL (default http://OPS_HOST:OPS_PORT), DATA_DIR (keeps the session), OPS_PASSWORD and OPS_TOTP (for
scripts; otherwise asked for, from a pipe one a line), SECRET_KEY (for \`admin create\`; default DATA_DIR/secret-key).
Exit codes: 0 done, 1 refused, 2 used wrongly, 69 nobody answers, 78 configured wrongly.`;

/** Every command of `npm run ops`. */
export function buildProgram(config: Config): Command {
  const context = cliContext(config);
  const program = new Command('npm run ops --')
    .description('Operates a running Amira through its operator’s listener. All of it is audited.')
    .option('--json', 'print the answer as JSON')
    .exitOverride()
    .showHelpAfterError('(--help shows how it is used)')
    .addHelpText('after', EXAMPLES);
  for (const add of [sessionCommands, adminCommands, accountCommands, keyCommands, objectCommands, auditCommands])
    add(program, context);
  return program;
}

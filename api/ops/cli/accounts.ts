import { Argument, type Command, Option } from 'commander';
import { z } from 'zod';
import type { CliContext } from './context.ts';
import { Refused } from './refusal.ts';

const Account = z.object({
  id: z.string(),
  role: z.string(),
  operatorRole: z.string().nullable(),
  status: z.string(),
  createdAt: z.string(),
  lastSignInAt: z.string().nullable(),
});
type Account = z.infer<typeof Account>;

const ACCOUNT = 'id or address of the account';

export function accountCommands(program: Command, context: CliContext): void {
  const accounts = program.command('accounts').description('look at accounts and change what they may do');
  accounts
    .command('find')
    .description('show the account of an address')
    .argument('<address>')
    .action(async (address: string, _options: unknown, command: Command) => {
      context.tell(command, await found(address, context), linesOf);
    });

  const changing = (name: string, description: string) =>
    accounts
      .command(name)
      .description(description)
      .argument('<account>', ACCOUNT)
      .requiredOption('--reason <text>', 'why; it is audited. Name a ticket, not a person');
  const change = async (name: string, account: string, body: object, command: Command) => {
    const id = account.includes('@') ? (await found(account, context)).id : account;
    const path = `/accounts/${encodeURIComponent(id)}/${name}`;
    context.tell(command, await context.askSignedIn(path, Account, { method: 'POST', body }), linesOf);
  };

  changing('tier', 'set the subscription tier')
    .addArgument(new Argument('<tier>').choices(['standard', 'premium']))
    .action((account: string, tier: string, { reason }: Because, command: Command) =>
      change('tier', account, { tier, reason }, command),
    );
  changing('role', 'give a role, or take it')
    .addArgument(new Argument('<role>').choices(['standard', 'premium', 'content_manager', 'administrator']))
    .addOption(
      new Option('--operator-role <role>', 'for administrators').choices(['viewer', 'support', 'operator', 'admin']),
    )
    .action((account: string, role: string, options: Because & { operatorRole?: string }, command: Command) => {
      const { reason, operatorRole } = options;
      if (role === 'administrator' && operatorRole === undefined)
        command.error('error: an administrator needs --operator-role');
      return change('role', account, { role, reason, ...(operatorRole ? { operatorRole } : {}) }, command);
    });
  changing('lock', 'lock an account and end its sessions').action(
    (account: string, { reason }: Because, command: Command) => change('lock', account, { reason }, command),
  );
  changing('unlock', 'let the owner of a locked account in again').action(
    (account: string, { reason }: Because, command: Command) => change('unlock', account, { reason }, command),
  );
  changing('reset-second-factor', 'take a lost second factor away, so that its owner enrols anew').action(
    (account: string, { reason }: Because, command: Command) =>
      change('reset-second-factor', account, { reason }, command),
  );
}

type Because = { reason: string };

async function found(address: string, { askSignedIn }: CliContext): Promise<Account> {
  const Items = z.object({ items: z.array(Account) });
  const { items } = await askSignedIn(`/accounts?${new URLSearchParams({ email: address })}`, Items);
  const [account] = items;
  if (!account) throw new Refused('No account has that address.');
  return account;
}

const linesOf = ({ id, role, operatorRole, status, createdAt, lastSignInAt }: Account) => [
  `Account       ${id}`,
  `Role          ${operatorRole ? `${role} (${operatorRole})` : role}`,
  `Status        ${status}`,
  `Created       ${createdAt}`,
  `Last sign-in  ${lastSignInAt ?? 'never'}`,
];

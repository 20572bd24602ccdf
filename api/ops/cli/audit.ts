import type { Command } from 'commander';
import { z } from 'zod';
import type { CliContext } from './context.ts';

const Entries = z.object({
  items: z.array(
    z.looseObject({
      at: z.string(),
      actorKind: z.string(),
      actorId: z.string().nullable(),
      action: z.string(),
      targetId: z.string().nullable(),
      before: z.record(z.string(), z.unknown()).nullable(),
      after: z.record(z.string(), z.unknown()).nullable(),
      reason: z.string().nullable(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
type Entries = z.infer<typeof Entries>;

export function auditCommands(program: Command, context: CliContext): void {
  program
    .command('audit')
    .description('what operators have done')
    .command('list')
    .description('show entries, the newest first')
    .option('--limit <number>', 'how many, at most 100', '20')
    .option('--cursor <cursor>', 'go on where an earlier list ended')
    .option('--action <action>', 'of this kind only, for example account.tier')
    .option('--target <id>', 'about this account only')
    .option('--actor <id>', 'of this operator only')
    .action(async (filter: Record<string, string>, command: Command) => {
      const entries = await context.askSignedIn(`/audit?${new URLSearchParams(filter)}`, Entries);
      context.tell(command, entries, linesOf);
    });
}

const linesOf = ({ items, nextCursor }: Entries) => [
  ...items.map(({ at, actorId, actorKind, action, targetId, before, after, reason }) =>
    [at, actorId ?? actorKind, action, targetId, changeOf(before, after), reason && `“${reason}”`]
      .filter((part) => part)
      .join('  '),
  ),
  ...(nextCursor ? [`More: --cursor ${nextCursor}`] : []),
];

/** What differs, as `status active → locked`. */
const changeOf = (before: Record<string, unknown> | null, after: Record<string, unknown> | null): string =>
  Object.entries(after ?? {})
    .filter(([key, value]) => before && before[key] !== value)
    .map(([key, value]) => `${key} ${before?.[key] ?? 'none'} → ${value ?? 'none'}`)
    .join(', ');

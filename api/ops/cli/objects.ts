import { type Command, Option } from 'commander';
import { z } from 'zod';
import type { CliContext } from './context.ts';
import { Refused } from './refusal.ts';
import { untilEnded } from './until-ended.ts';

const COUNTS = {
  objects: 'Objects seen',
  orphans: 'of them orphans',
  deleted: 'deleted',
  uploads: 'Unfinished uploads',
  abandoned: 'of them abandoned',
  aborted: 'forgotten',
  recordings: 'Valid recordings',
  missing: 'without object',
} as const;

const Counts = z.record(z.enum(Object.keys(COUNTS) as (keyof typeof COUNTS)[]), z.int());
const Result = z.object({ dryRun: z.boolean() }).and(Counts);
const Standing = z.object({ state: z.string(), result: Result.nullable() });
type Standing = z.infer<typeof Standing>;

export function objectCommands(program: Command, context: CliContext): void {
  const objects = program.command('objects').description('what lies in the object store');
  objects
    .command('sweep')
    .description('hold the object store against the rows, and wait for it; a worker does it either way')
    .option('--dry-run', 'only count; the default')
    .addOption(new Option('--apply', 'delete objects and uploads that have no row').conflicts('dryRun'))
    .option('--reason <text>', 'why; it is audited, and needed with --apply')
    .option('--no-wait', 'do not wait for the end')
    .action(async ({ apply = false, reason, wait }: Options, command: Command) => {
      if (apply && reason === undefined) command.error('error: --apply needs --reason');
      const Begun = z.object({ jobId: z.string(), dryRun: z.boolean() });
      const { jobId } = await context.askSignedIn('/objects/sweep', Begun, {
        method: 'POST',
        body: { apply, ...(reason === undefined ? {} : { reason }) },
      });
      const standing = wait ? await ended(jobId, context) : { state: 'pending', result: null };
      context.tell(command, { jobId, ...standing }, linesOf);
      if (wait && standing.state !== 'done')
        throw new Refused(`The sweep ended as ${standing.state}; its job is ${jobId}.`);
    });
}

type Options = { apply?: boolean; reason?: string; wait: boolean };

const ended = (jobId: string, { askSignedIn }: CliContext): Promise<Standing> =>
  untilEnded(() => askSignedIn(`/objects/sweep?job=${jobId}`, Standing));

const linesOf = ({ state, result }: Standing) => [
  `Sweep               ${state}${result?.dryRun ? ' (dry run)' : ''}`,
  ...Object.entries(COUNTS).flatMap(([name, label]) =>
    result ? [`${label.padEnd(20)}${result[name as keyof typeof COUNTS]}`] : [],
  ),
];

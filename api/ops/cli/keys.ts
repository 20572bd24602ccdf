import type { Command } from 'commander';
import { z } from 'zod';
import type { CliContext } from './context.ts';
import { Refused } from './refusal.ts';
import { untilEnded } from './until-ended.ts';

const Keys = z.object({ currentKeyId: z.string(), total: z.int(), remaining: z.int() });
const Progress = Keys.extend({ state: z.string().nullable() });
type Progress = z.infer<typeof Progress>;

export function keyCommands(program: Command, context: CliContext): void {
  const keys = program.command('keys').description('the master key, and the data keys it wraps');
  keys
    .command('status')
    .description('show how many data keys an earlier master key still wraps')
    .action(async (_options: unknown, command: Command) => {
      context.tell(command, await context.askSignedIn('/keys', Progress), linesOf);
    });
  keys
    .command('rotate')
    .description('wrap every data key with the current master key, and wait for it; a worker does it either way')
    .requiredOption('--reason <text>', 'why; it is audited')
    .option('--no-wait', 'do not wait for the end')
    .action(async ({ reason, wait }: { reason: string; wait: boolean }, command: Command) => {
      const Begun = Keys.extend({ jobId: z.string() });
      const { jobId, ...begun } = await context.askSignedIn('/keys/rotate', Begun, {
        method: 'POST',
        body: { reason },
      });
      const outcome = wait ? await ended(jobId, context) : { ...begun, state: 'pending' };
      context.tell(command, { jobId, ...outcome }, linesOf);
      if (wait && outcome.state !== 'done')
        throw new Refused(`The rotation ended as ${outcome.state}; its job is ${jobId}.`);
    });
}

const ended = (jobId: string, { askSignedIn }: CliContext): Promise<Progress> =>
  untilEnded(
    () => askSignedIn(`/keys?job=${jobId}`, Progress),
    ({ remaining, total, state }) =>
      void process.stderr.write(`${remaining} of ${total} keys remain (${state ?? 'unknown'})\n`),
  );

const linesOf = ({ currentKeyId, total, remaining, state }: Progress) => [
  `Master key  ${currentKeyId}`,
  `Data keys   ${total}`,
  `Remaining   ${remaining}`,
  ...(state ? [`Rotation    ${state}`] : []),
];

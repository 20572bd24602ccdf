import { parseArgs } from 'node:util';
import { wholeNumber } from '../support/whole-number.ts';

export type DemoOptions = { users: number; days: number; seed: number; exit: boolean };

const HELP = `npm run demo -- [--exit] [--users 25] [--days 30] [--seed 1]

Starts the whole of Amira on this machine and plays simulated phones: they register, check in, record encrypted voice
journals and receive pushes; some misbehave. A live table shows every worker pool. Everything is temporary and on random
ports, so any number of demos can run side by side; Ctrl-C ends it all.

  --exit     stop by itself: check every outcome from outside, print a summary, exit 0, or 1 and what is wrong
  --users N  how many phones (1 to 500)
  --days D   how many days of history each (1 to 365)
  --seed S   the same seed tells the same story
`;

/** Reads the command line; `--help` and mistakes end the process with words, not with a stack. */
export function readOptions(): DemoOptions {
  try {
    const { values } = parseArgs({
      options: {
        exit: { type: 'boolean', default: false },
        users: { type: 'string', default: '25' },
        days: { type: 'string', default: '30' },
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    return {
      exit: values.exit,
      users: wholeNumber('--users', values.users, 1, 500),
      days: wholeNumber('--days', values.days, 1, 365),
      seed: wholeNumber('--seed', values.seed, 0, 2 ** 31),
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}

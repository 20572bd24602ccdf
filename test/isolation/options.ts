import { parseArgs } from 'node:util';
import { wholeNumber } from '../support/whole-number.ts';

export type IsolationOptions = { requests: number; users: number; inFlight: number; pool: number; seed: number };

const HELP = `npm run isolation -- [--requests 100000] [--users 50] [--in-flight 500] [--pool 5] [--seed 1]

Lets many people use one API process at once over HTTP, all through a few database connections: they write, list, read,
change and delete, try each other's ids, and share the names of devices and Idempotency-Keys. Everything a person writes
carries a mark of theirs alone, and every id is known to be somebody's. Each answer is searched for what is not its
reader's; at the end, everybody must have exactly what they wrote and did not delete.

  --requests N   how many in all
  --users N      how many people (2 to 1000)
  --in-flight N  how many requests at once
  --pool N       how many database connections the API has
  --seed N       the same seed makes the same choices

Exit code 1: somebody saw, reached or lost something.
`;

/** Reads the command line; `--help` and mistakes end the process with words, not with a stack. */
export function readOptions(): IsolationOptions {
  try {
    const { values } = parseArgs({
      options: {
        requests: { type: 'string', default: '100000' },
        users: { type: 'string', default: '50' },
        'in-flight': { type: 'string', default: '500' },
        pool: { type: 'string', default: '5' },
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    return {
      requests: wholeNumber('--requests', values.requests, 1, 10_000_000),
      users: wholeNumber('--users', values.users, 2, 1_000),
      inFlight: wholeNumber('--in-flight', values['in-flight'], 1, 5_000),
      pool: wholeNumber('--pool', values.pool, 1, 200),
      seed: wholeNumber('--seed', values.seed, 0, 2 ** 31),
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}

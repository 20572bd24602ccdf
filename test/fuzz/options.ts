import { parseArgs } from 'node:util';
import { nameOf, type Operation, operations } from '../support/openapi/operations.ts';
import { wholeNumber } from '../support/whole-number.ts';

export type FuzzCommand = {
  readonly requests: number;
  readonly seed: number;
  readonly operations: readonly Operation[];
};

const HELP = `npm run fuzz [-- [--requests 22000] [--seed N] [--route TEXT]]

Starts Amira's own processes over a PostgreSQL of their own and sends them requests made from the OpenAPI document: good
ones, ones at the edges of what is allowed, spoilt ones, ones that are no HTTP, and stories of several people. It must
hold that no answer is 500 or more, undeclared, outside its schema, slower than 2 s or shows something of the inside, and
that no process ends or logs an error.

  --requests N   about how many (from 100)
  --seed N       the same seed sends the same requests; without it a new one, which is printed
  --route TEXT   only routes whose name (such as "POST /v1/emotions") contains it

Exit code 1: something did not hold; the requests are printed as lines for a shell.
`;

/** Reads the command line; `--help` and mistakes end the process with words, not with a stack. */
export function readCommand(): FuzzCommand {
  try {
    const { values } = parseArgs({
      options: {
        requests: { type: 'string', default: '22000' },
        seed: { type: 'string' },
        route: { type: 'string', default: '' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    const chosen = operations.filter((operation) => nameOf(operation).includes(values.route));
    if (chosen.length === 0) throw new Error(`No route's name contains "${values.route}".`);
    return {
      requests: wholeNumber('--requests', values.requests, 100, 10_000_000),
      seed: wholeNumber('--seed', values.seed ?? String(process.pid % 1_000_000), 0, 2 ** 31 - 1),
      operations: chosen,
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}

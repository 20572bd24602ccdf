import { parseArgs } from 'node:util';
import { systemClock } from '../clock.ts';
import { loadConfig } from '../config/index.ts';
import { migrateUp, openMigrator } from './migrate.ts';
import { createMigration } from './new-migration.ts';
import { rehearse } from './rehearsal.ts';

const HELP = `npm run db -- COMMAND [--dry-run]

  up            bring the database to the newest schema (ours and the queue's)
  down          take the newest migration back
  to NAME       go up or down to exactly this migration
  current       the newest migration that is applied
  history       every migration, and when it was applied
  create NAME   write an empty migration and list it

  --dry-run     with up, down, to: run the statements in a transaction that is rolled back, and print them

Needs DATABASE_OWNER_URL, the role that owns the tables.
`;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'dry-run': { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
});
const [command, name] = positionals;

try {
  await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof Error && error.name === 'ConfigError' ? 78 : 1);
}

async function run(): Promise<void> {
  if (flags.help || !command) return print(HELP);
  if (command === 'create') return print(await createMigration(required(name), systemClock.now()));
  const { DATABASE_OWNER_URL: url = '' } = loadConfig('migrate');
  if (flags['dry-run']) return print(await rehearse(url, command, name));
  if (command === 'up') {
    await migrateUp(url);
    return print('The database has the newest schema.');
  }
  const { migrator, close } = await openMigrator(url);
  try {
    const executed = (await migrator.getExecuted()).map((row) => row.name);
    switch (command) {
      case 'current':
        return print(executed.at(-1) ?? 'no migration is applied');
      case 'history':
        return print(await history(migrator));
      case 'down':
        return print(applied('Took back', await migrator.down()));
      case 'to': {
        const target = required(name);
        const down = executed.includes(target);
        return print(
          applied(
            down ? 'Took back' : 'Applied',
            await (down ? migrator.down({ to: target }) : migrator.up({ to: target })),
          ),
        );
      }
      default:
        throw new Error(`There is no command "${command}".\n\n${HELP}`);
    }
  } finally {
    await close();
  }
}

async function history(migrator: Awaited<ReturnType<typeof openMigrator>>['migrator']): Promise<string> {
  const executed = await migrator.getExecuted();
  const pending = await migrator.getPending();
  const lines = executed.map(
    (row) => `${row.name}  applied ${Temporal.Instant.fromEpochMilliseconds(row.executed_at.getTime())}`,
  );
  return [...lines, ...pending.map((row) => `${row.name}  pending`)].join('\n');
}

const applied = (verb: string, migrations: readonly { name: string }[]): string =>
  migrations.length === 0
    ? 'Nothing to do.'
    : `${verb}:\n${migrations.map((migration) => `  ${migration.name}`).join('\n')}`;

function required(value: string | undefined): string {
  if (!value) throw new Error(`A name is missing.\n\n${HELP}`);
  return value;
}

function print(text: string): void {
  process.stdout.write(`${text.trimEnd()}\n`);
}

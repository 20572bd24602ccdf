import { parseArgs } from 'node:util';
import { migrateUp } from './migrate.ts';
import { systemClock } from './platform/clock.ts';
import { ConfigError, loadConfig } from './platform/config/index.ts';
import { migrateTo, openMigrator } from './platform/database/migrate.ts';
import { createMigration } from './platform/database/new-migration.ts';
import { rehearse } from './platform/database/rehearsal.ts';

const HELP = `npm run db -- COMMAND [--dry-run]

  up            bring the database to the newest schema (ours and the queue's) and today's achievements
  down          take the newest migration back
  to NAME       go up or down to exactly this migration
  current       the newest migration that is applied
  history       every migration, and when it was applied
  create NAME   write an empty migration and list it

  --dry-run     with up, down, to: run the statements in a transaction that is rolled back, and print them

Needs DATABASE_OWNER_URL, the role that owns the tables.
`;

const COMMANDS = ['up', 'down', 'to', 'current', 'history', 'create'];

try {
  await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof ConfigError ? error.exitCode : 1);
}

async function run(): Promise<void> {
  const { command, name, dryRun, help } = readCommandLine();
  if (help) return print(HELP);
  if (command === 'create') return print(await createMigration(required(name), systemClock.now()));
  const { DATABASE_URL: url, tls } = loadConfig('migrate');
  if (dryRun) return print(await rehearse({ url, tls }, command, name));
  if (command === 'up') {
    await migrateUp({ url, tls });
    return print('The database has the newest schema.');
  }
  const { migrator, close } = await openMigrator({ url, tls });
  try {
    switch (command) {
      case 'current':
        return print((await migrator.getExecuted()).at(-1)?.name ?? 'no migration is applied');
      case 'history':
        return print(await history(migrator));
      case 'down':
        return print(applied('Took back', await migrator.down()));
      case 'to': {
        const { direction, ran } = await migrateTo(migrator, required(name));
        return print(applied(direction === 'down' ? 'Took back' : 'Applied', ran));
      }
    }
  } finally {
    await close();
  }
}

function readCommandLine(): { command: string; name: string | undefined; dryRun: boolean; help: boolean } {
  try {
    const { values: flags, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const [command = '', name, ...rest] = positionals;
    const help = flags.help || positionals.length === 0;
    if (!help && !COMMANDS.includes(command)) throw new Error(`There is no command "${command}".`);
    if (rest.length > 0) throw new Error(`One name is enough: ${rest.join(' ')} is too much.`);
    return { command, name, dryRun: flags['dry-run'], help };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
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

function applied(verb: string, migrations: readonly { name: string }[]): string {
  if (migrations.length === 0) return 'Nothing to do.';
  return `${verb}:\n${migrations.map((migration) => `  ${migration.name}`).join('\n')}`;
}

function required(value: string | undefined): string {
  if (!value) throw new Error(`A name is missing.\n\n${HELP}`);
  return value;
}

function print(text: string): void {
  process.stdout.write(`${text.trimEnd()}\n`);
}

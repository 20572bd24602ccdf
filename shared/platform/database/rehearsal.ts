import type { Migration } from '@mikro-orm/migrations';
import { connectOwner, type MigrationTarget, openMigrator } from './migrate.ts';
import { migrations } from './migrations/index.ts';

/** Runs what `up`, `down` or `to NAME` would run, in one transaction that is rolled back. Gives back the statements. */
export async function rehearse(target: MigrationTarget, command: string, name: string | undefined): Promise<string> {
  const { migrator, close } = await openMigrator(target);
  const executed = (await migrator.getExecuted().finally(close)).map((row) => row.name);
  const names = migrations.map((migration) => migration.name);
  const client = await connectOwner(target);
  const ran: string[] = [];
  try {
    await client.query('begin');
    for (const step of stepsOf(command, name, names, executed)) {
      for (const statement of await statementsOf(step)) {
        await client.query(statement);
        ran.push(statement);
      }
    }
    return ran.length === 0 ? 'Nothing to do.' : `${ran.join(';\n\n')};\n\n-- rehearsed and rolled back`;
  } finally {
    await client.query('rollback');
    await client.end();
  }
}

type Step = { name: string; direction: 'up' | 'down' };

function stepsOf(
  command: string,
  name: string | undefined,
  names: readonly string[],
  executed: readonly string[],
): Step[] {
  const up = (until?: string): Step[] =>
    names
      .filter((candidate) => !executed.includes(candidate) && (until === undefined || candidate <= until))
      .map((candidate) => ({ name: candidate, direction: 'up' }));
  const down = (from: readonly string[]): Step[] =>
    [...from].reverse().map((candidate) => ({ name: candidate, direction: 'down' }));
  if (command === 'up') return up();
  if (command === 'down') return down(executed.slice(-1));
  if (command !== 'to' || !name || !names.includes(name))
    throw new Error('--dry-run goes with up, down, or to and the name of a migration.');
  return executed.includes(name) ? down(executed.filter((candidate) => candidate > name)) : up(name);
}

/** The migration's own statements. Ours only collect SQL, so neither a driver nor a configuration is needed. */
async function statementsOf({ name, direction }: Step): Promise<string[]> {
  const found = migrations.find((migration) => migration.name === name);
  const MigrationClass = found?.class as (new (driver: undefined, config: undefined) => Migration) | undefined;
  if (!MigrationClass) throw new Error(`There is no migration ${name}.`);
  const migration = new MigrationClass(undefined, undefined);
  await migration[direction]();
  return migration.getQueries().map(String);
}

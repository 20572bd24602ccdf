import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { migrations } from '../../../shared/platform/database/migrations/index.ts';
import { emptyDatabase, type FreshDatabase } from '../../support/database.ts';
import { type ProjectOptions, runProject } from '../../support/project-process.ts';
import { schemaDump } from './schema-dump.ts';

const names = migrations.map(({ name }) => name);
const [first = ''] = names;
const newest = names.at(-1) ?? '';

let empty: FreshDatabase;
let outside: Client;
beforeAll(async () => {
  empty = await emptyDatabase();
  outside = new Client({ connectionString: empty.superuserUrl });
  await outside.connect();
});
afterAll(async () => {
  await outside?.end();
  await empty?.drop();
});

const db = (args: readonly string[], options: ProjectOptions = {}) =>
  runProject(['shared/migrate-command.ts', ...args], {
    ...options,
    env: { APP_ENV: 'test', DATABASE_OWNER_URL: empty.urls.owner, ...options.env },
  });
const said = async (...args: string[]) => {
  const { code, stdout, stderr } = await db(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

describe('npm run db', () => {
  it('goes up, down and to a migration, says where it is, and rehearses each without changing anything', async () => {
    const nothing = await schemaDump(outside);
    expect(await said('current')).toBe('no migration is applied\n');
    const rehearsed = await said('up', '--dry-run');
    expect(rehearsed).toMatch(
      /create table job \([\s\S]*create table delivery \([\s\S]*-- rehearsed and rolled back\n$/,
    );
    expect(await schemaDump(outside)).toEqual(nothing);
    expect(await said('current')).toBe('no migration is applied\n');

    expect(await said('up')).toBe('The database has the newest schema.\n');
    const whole = await schemaDump(outside);
    expect(await said('up', '--dry-run')).toBe('Nothing to do.\n');
    expect(await said('current')).toBe(`${newest}\n`);

    expect(await said('down', '--dry-run')).toMatch(/^(drop|alter) [\s\S]*-- rehearsed and rolled back/);
    expect(await said('to', first, '--dry-run')).toMatch(/drop table delivery[\s\S]*drop table idempotency_key/);
    expect(await schemaDump(outside)).toEqual(whole);

    expect(await said('down')).toBe(`Took back:\n  ${newest}\n`);
    const history = (await said('history')).trimEnd().split('\n');
    expect(history.map((line) => line.split('  ')[0])).toEqual(names);
    expect(history.map((line) => / {2}applied 20\d\d-\d\d-\d\dT[\d:.]+Z$/.test(line))).toEqual(
      names.map((name) => name !== newest),
    );
    expect(history.at(-1)).toBe(`${newest}  pending`);
    expect(await said('to', first)).toContain('Took back:');
    expect(await said('current')).toBe(`${first}\n`);
    expect(await said('to', newest)).toContain('Applied:');
    await said('up');
    expect(await schemaDump(outside)).toEqual(whole);
  }, 60_000);

  it.each([
    [['sideways'], 2, 'There is no command "sideways".'],
    [['up', '--dry'], 2, "Unknown option '--dry'"],
    [['to'], 1, 'A name is missing.'],
    [['to', 'nowhere'], 1, 'There is no migration nowhere.'],
    [['create', 'With Spaces'], 1, 'A migration is named in lower case, digits and underscores.'],
  ])('refuses %j in words', async (args, code, words) => {
    const answer = await db(args);
    expect(answer.code).toBe(code);
    expect(answer.stderr).toContain(words);
    expect(answer.stderr).not.toMatch(/^\s+at /m);
  });

  it('says what it needs to know, and where it cannot get to', async () => {
    const unset = await db(['up'], { env: { APP_ENV: '', DATABASE_OWNER_URL: '' } });
    expect(unset.code).toBe(78);
    expect(unset.stderr).toBe(
      'The configuration is not usable:\n  - APP_ENV is missing\n  - DATABASE_OWNER_URL is missing\n',
    );
    const away = await db(['up'], { env: { DATABASE_OWNER_URL: 'postgresql://owner:secret@127.0.0.1:1/amira' } });
    expect(away).toEqual({ code: 1, stdout: '', stderr: 'connect ECONNREFUSED 127.0.0.1:1\n' });
  });
});

describe('npm run db -- create', () => {
  let copy: string;
  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'amira-copy-'));
    await cp('shared', join(copy, 'shared'), { recursive: true });
    for (const name of ['package.json', 'tsconfig.json', 'biome.json']) await cp(name, join(copy, name));
    await symlink(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rm(copy, { recursive: true, force: true }));

  const create = (name: string) => db(['create', name], { cwd: copy });
  const migrationsFolder = () => join(copy, 'shared/platform/database/migrations');

  it('writes a migration that compiles and is listed last, and another one after it', async () => {
    const created = await create('add_letters');
    expect(created.code).toBe(0);
    const path = created.stdout.trim();
    expect(path).toMatch(/\/migrations\/20\d{12}_add_letters\.ts$/);
    // Its stamp is of the second; two of the same name in one second are one too many.
    const [name = ''] = (path.split('/').at(-1) ?? '').split('.');
    await expect(readFile(path, 'utf8')).resolves.toContain(`class Migration${name} extends Migration`);
    expect((await create('add_stamps')).code).toBe(0);

    await writeFile(
      join(copy, 'tsconfig.json'),
      JSON.stringify({
        ...JSON.parse(await readFile('tsconfig.json', 'utf8')),
        include: ['shared/platform/database/migrations/index.ts'],
      }),
    );
    const compiled = await runProject(['node_modules/typescript/bin/tsc', '-p', '.', '--noEmit'], { cwd: copy });
    expect(compiled).toEqual({ code: 0, stdout: '', stderr: '' });

    const listed = [...(await readFile(join(migrationsFolder(), 'index.ts'), 'utf8')).matchAll(/name: '(\w+)'/g)];
    expect(listed.map(([, listedName]) => listedName?.replace(/^\d+_/, '')).slice(-2)).toEqual([
      'add_letters',
      'add_stamps',
    ]);
    const rehearsed = await db(['history'], { cwd: copy });
    expect(rehearsed.stdout).toMatch(/_add_letters {2}pending\n\d+_add_stamps {2}pending\n$/);
  }, 60_000);
});

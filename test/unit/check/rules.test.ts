import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

/** A project of its own, holding just the files of a test. */
let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'amira-rules-'));
  plant('package.json', '{"type":"module"}');
});
afterEach(() => rmSync(project, { recursive: true }));

function plant(path: string, content: string): void {
  mkdirSync(join(project, dirname(path)), { recursive: true });
  writeFileSync(join(project, path), content);
}

function run(command: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: project, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

const fromNode = (name: string) => resolve('node_modules/.bin', name);

describe('the import rules', () => {
  const check = () => run(process.execPath, [resolve('test/support/check/import-rules.ts'), project]);

  it('accept a project that keeps them', () => {
    plant('shared/clock.ts', 'export const now = 1;');
    plant('jobs/greet/handler.ts', "import { now } from '../../shared/clock.ts';\nexport const handler = now;");
    plant('workers/main.ts', "await import('../jobs/greet/handler.ts');");
    expect(check()).toEqual({ status: 0, output: 'Import rules: 0 violations in 3 files\n' });
  });

  it('fail when there is nothing to look at', () => {
    expect(check()).toMatchObject({ status: 1, output: expect.stringContaining('There is no file to look at.') });
  });

  it('bite', () => {
    const imports = [
      ['shared-is-the-ground', 'shared/ground.ts', 'api/thing.ts'],
      ['topics-meet-at-their-index', 'shared/emotions/mood-store.ts', 'shared/progress/streak-store.ts'],
      ['rules-are-pure', 'shared/progress/streak.ts', 'shared/progress/streak-store.ts'],
      ['rules-are-pure', 'shared/emotions/mood.ts', 'shared/platform/database/database.ts'],
      ['jobs-stand-on-shared', 'jobs/greet/job.ts', 'workers/thing.ts'],
      ['api-and-workers-never-meet', 'api/meeting.ts', 'workers/thing.ts'],
      ['workers-and-api-never-meet', 'workers/meeting.ts', 'api/thing.ts'],
      ['api-knows-contracts-only', 'api/impatient.ts', 'jobs/greet/handler.ts'],
      ['compose-builds-the-clients', 'workers/builder.ts', 'shared/platform/object-store/s3.ts'],
      ['production-leaves-tests-alone', 'workers/player.ts', 'test/support/thing.ts'],
    ] as const;
    for (const to of new Set(imports.map(([, , path]) => path))) plant(to, 'export const thing = 1;');
    for (const [, from, to] of imports) {
      plant(from, `export { thing } from '${'../'.repeat(from.split('/').length - 1)}${to}';`);
    }
    const { status, output } = check();
    expect(status).toBe(1);
    for (const [rule, from, to] of imports) expect(output).toContain(`${rule}: ${from} → ${to}\n`);
  });

  it('bite on a way round, on cycles, on I/O in rules and on imports that lead nowhere', () => {
    plant('jobs/b/handler.ts', 'export const handler = 1;');
    plant('jobs/b/contract.ts', "export { handler } from './handler.ts';");
    plant('api/a.ts', "export { handler } from '../jobs/b/contract.ts';");
    plant('workers/a.ts', "import { b } from './b.ts';\nexport const a = b;");
    plant('workers/b.ts', "import { a } from './a.ts';\nexport const b = a;");
    plant('shared/progress/streak.ts', "import { readFile } from 'node:fs/promises';\nexport const read = readFile;");
    plant('api/main.ts', "import './gone.ts';");
    const { output } = check();
    expect(output).toContain('api-reaches-no-handler: api/a.ts → jobs/b/handler.ts');
    for (const rule of ['no-cycles', 'rules-are-pure', 'nothing-is-missing']) expect(output).toContain(`${rule}: `);
  });
});

describe('the linter', () => {
  const config = JSON.parse(readFileSync('biome.json', 'utf8'));
  const lint = () => run(fromNode('biome'), ['lint', '--colors=off', '.']);
  beforeEach(() => {
    const plugins = config.plugins.map((plugin: { path: string }) => ({ ...plugin, path: resolve(plugin.path) }));
    plant('biome.json', JSON.stringify({ ...config, $schema: undefined, plugins }));
  });

  it('lets only the clock read the time', () => {
    const readings = [
      'new Date()',
      'Date.now()',
      'Temporal.Now.instant()',
      'Temporal.Now.timeZoneId()',
      'performance.now()',
    ];
    const source = readings.map((reading, index) => `export const now${index} = () => ${reading};\n`).join('');
    plant('shared/platform/clock.ts', source);
    expect(lint()).toMatchObject({ status: 0 });
    plant('shared/progress/streak.ts', source);
    expect(lint().output.match(/clock\.ts reads the time/g)).toHaveLength(readings.length);
  });

  it('lets only random.ts draw', () => {
    plant('workers/relay.ts', 'export const jitter = () => Math.random();\n');
    expect(lint()).toMatchObject({ status: 1, output: expect.stringContaining('random.ts draws') });
  });

  it('lets only the configuration read the environment', () => {
    const reading = "export const port = process.env['PORT'];\n";
    plant('shared/platform/config/environment.ts', reading);
    expect(lint()).toMatchObject({ status: 0 });
    plant('api/main.ts', reading);
    expect(lint()).toMatchObject({ status: 1, output: expect.stringContaining('noProcessEnv') });
  });
});

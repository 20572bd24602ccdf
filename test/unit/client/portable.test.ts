import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { runProject } from '../../support/project-process.ts';

const CLIENT = join(import.meta.dirname, '../../../docs/client');

/** A compiler that knows the language and the Web's interfaces, and nothing of Node. */
const OPTIONS = {
  ...{ noEmit: true, strict: true, skipLibCheck: true, types: [], allowImportingTsExtensions: true },
  ...{ target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], module: 'esnext', moduleResolution: 'bundler' },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amira-portable-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function compiled(files: readonly string[]) {
  const project = join(folder, 'tsconfig.json');
  await writeFile(project, JSON.stringify({ compilerOptions: OPTIONS, files }));
  return runProject(['node_modules/typescript/bin/tsc', '-p', project]);
}

it('the reference client needs nothing but the language, the Web’s interfaces and its one library', async () => {
  const files = readdirSync(CLIENT).map((name) => join(CLIENT, name));
  expect(files.length).toBeGreaterThan(5);
  expect(await compiled(files)).toMatchObject({ code: 0, stdout: '' });
}, 60_000);

it('what needs Node is told apart', async () => {
  const needy = join(folder, 'needy.ts');
  await writeFile(
    needy,
    "import { randomBytes } from 'node:crypto';\nexport const one = Buffer.from(randomBytes(1));\n",
  );
  const { stdout } = await compiled([needy]);
  expect(stdout).toMatch(/node:crypto/);
  expect(stdout).toMatch(/Buffer/);
}, 60_000);

import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runProject } from '../support/project-process.ts';
import { makeScratch, type Scratch } from '../support/scratch.ts';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch?.remove());

const help = (folder: string) => runProject(['workers/main.ts', '--help'], { env: { NODE_COMPILE_CACHE: folder } });
const kept = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;

describe('what a process has compiled', () => {
  it('is kept where it is told to', async () => {
    const folder = join(scratch.path, 'compiled');
    expect(await help(folder)).toMatchObject({ code: 0, stderr: '' });
    expect(await kept(folder)).toBeGreaterThan(50);
  });

  it('can be lost, or be something else, at no harm', async () => {
    const folder = join(scratch.path, 'damaged');
    await help(folder);
    const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    for (const [index, { parentPath, name }] of entries.entries()) {
      const path = join(parentPath, name);
      await (index % 2 ? rm(path) : writeFile(path, 'something else'));
    }
    expect(await help(folder)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('--pools') });
  });

  it('keeps nothing from starting where it cannot be kept', async () => {
    const file = join(scratch.path, 'file');
    await writeFile(file, '');
    const env = { NODE_COMPILE_CACHE: join(file, 'below'), ...scratch.env };
    expect(await runProject(['workers/main.ts', '--help'], { env })).toMatchObject({ code: 0, stderr: '' });
  });
});

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freshDatabase } from '../support/database.ts';
import { type ProjectProcess, startProject } from '../support/project-process.ts';
import { makeScratch, type Scratch } from '../support/scratch.ts';
import { until } from '../support/until.ts';

const START_MS = 60_000;
const END_MS = 40_000;

let scratch: Scratch;
let running: ProjectProcess | undefined;
beforeEach(async () => {
  scratch = await makeScratch();
});
afterEach(async () => {
  running?.kill('SIGKILL');
  await nothingRuns();
  await scratch.remove();
});

const nothingRuns = () => until('everything ends', async () => (await scratch.processes()).length === 0, END_MS);

function demo(...args: string[]): ProjectProcess {
  running = startProject(['test/demo/main.ts', ...args], { env: scratch.env });
  return running;
}

describe('Ctrl-C leaves no process and no file of a demo', () => {
  it.each([
    ['before it has said anything', /^/],
    ['while it starts PostgreSQL', /Starting PostgreSQL/],
    ['while it starts the processes', /Starting the api/],
    ['while phones sign in', /Phones register/],
    ['while recordings are judged', /They record/],
  ])(
    '%s',
    async (_, moment) => {
      const process = demo('--users', '3', '--days', '4');
      await until('the moment', () => moment.test(process.stderr), START_MS);
      process.kill('SIGINT');
      const { code, signal } = await process.exited;
      // Before the first line of ours runs there is nobody to ask.
      expect([0, 'SIGINT']).toContain(code ?? signal);
      expect(process.stderr).not.toMatch(/failed|Error/);
      await nothingRuns();
      expect(await scratch.files()).toEqual([]);
    },
    120_000,
  );

  it('with --exit, which then has not succeeded', async () => {
    const process = demo('--exit', '--users', '3', '--days', '4');
    await until('phones sign in', () => /Phones register/.test(process.stderr), START_MS);
    process.kill('SIGINT');
    expect(await process.exited).toEqual({ code: 130, signal: null });
    await nothingRuns();
    expect(await scratch.files()).toEqual([]);
  }, 120_000);
});

describe('a demo that is killed takes everything with it', () => {
  it.each<[string, (process: ProjectProcess) => Promise<boolean> | boolean]>([
    [
      'its processes only just begun',
      async () => (await scratch.processes()).some((one) => one.includes('api/main.ts')),
    ],
    ['its recordings being judged', ({ stderr }) => /They record/.test(stderr)],
  ])(
    '%s',
    async (moment, isNow) => {
      const process = demo('--users', '3', '--days', '4');
      await until(moment, () => isNow(process), START_MS);
      expect((await scratch.processes()).length).toBeGreaterThan(3);
      process.kill('SIGKILL');
      await process.exited;
      await nothingRuns();
      expect(await scratch.files()).toEqual([]);
    },
    120_000,
  );
});

it('processes whose starter is killed while they load end, although their database stays', async () => {
  const database = await freshDatabase();
  const { owner, api, worker } = database.urls;
  running = startProject(['test/support/embedded/start.ts'], {
    env: {
      ...scratch.env,
      DATA_DIR: join(scratch.path, 'data'),
      PORT: '0',
      OPS_PORT: '0',
      DATABASE_OWNER_URL: owner,
      DATABASE_URL: api,
      DATABASE_WORKER_URL: worker,
    },
  });
  const loading = async () => (await scratch.processes()).filter((one) => one.includes('/main.ts'));
  await until('its processes only just begun', async () => (await loading()).length === 2, START_MS);
  running.kill('SIGKILL');
  await running.exited;
  await nothingRuns();
  await database.drop();
}, 120_000);

it('a data directory survives Ctrl-C at any moment, from its first start on', async () => {
  const data = join(scratch.path, 'data');
  const start = () => {
    running = startProject(['test/support/embedded/start.ts'], {
      env: { ...scratch.env, DATA_DIR: data, PORT: '0', OPS_PORT: '0', LOG_LEVEL: 'warning' },
    });
    return running;
  };
  const contents = () => readdir(data).catch((): string[] => []);
  const moments: [string, (process: ProjectProcess) => Promise<boolean> | boolean][] = [
    ['its database is being made', async () => (await contents()).some((name) => name.startsWith('postgres'))],
    ['its database is there', async () => (await contents()).includes('postgres')],
    ['it starts for the second time', () => true],
    ['it is up', ({ stdout }) => stdout.includes('Amira is up')],
    ['it is up again', ({ stdout }) => stdout.includes('Amira is up')],
  ];
  for (const [moment, isNow] of moments) {
    const process = start();
    await until(moment, () => isNow(process), START_MS);
    process.kill('SIGINT');
    const { code, signal } = await process.exited;
    expect([0, 'SIGINT']).toContain(code ?? signal);
    await nothingRuns();
    expect((await contents()).filter((name) => !['postgres', 's3', 'secret-key'].includes(name))).toEqual([]);
  }
  expect(await scratch.files()).toEqual(['data']);
}, 240_000);

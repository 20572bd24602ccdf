import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { freshDatabase } from '../../../support/database.ts';
import { type ChildProcess, startChild } from '../../../support/embedded/child-process.ts';

/** The API as it runs in production: a process of its own, whose log is what it wrote to its standard output. */
export function realProcess() {
  const directory = mkdtempSync(join(tmpdir(), 'amira-refusals-'));
  const file = join(directory, 'api.log');
  const output = openSync(file, 'a');
  const closing: (() => Promise<void>)[] = [];
  let child: ChildProcess;

  beforeAll(async () => {
    const fresh = await freshDatabase();
    closing.push(fresh.drop);
    child = await startChild({ entry: 'api/main.ts', env: { ...SETTINGS, DATABASE_URL: fresh.urls.api }, output });
    closing.push(() => child.end());
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    closeSync(output);
    rmSync(directory, { recursive: true });
  });

  return {
    get port(): number {
      return child.ports.port ?? 0;
    },
    /** Everything written so far, byte for byte. */
    log: () => readFileSync(file, 'latin1'),
  };
}

const SETTINGS = {
  APP_ENV: 'test',
  PORT: '0',
  OPS_PORT: '0',
  SECRET_KEY: 'a secret of the tests, long enough to be one',
  S3_BUCKET_NAME: 'none',
  LOG_LEVEL: 'debug',
};

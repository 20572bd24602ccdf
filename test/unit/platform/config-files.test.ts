import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { currentEnvironment, loadConfig } from '../../../shared/platform/config/index.ts';
import { development, problemsOf } from './config-samples.ts';

describe('files of settings', () => {
  let folder: string;
  let home: string;
  beforeAll(() => {
    home = process.cwd();
    folder = mkdtempSync(join(tmpdir(), 'amira-config-'));
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  it('may hold secrets', () => {
    const { SECRET_KEY, ...rest } = development;
    const path = join(folder, 'key');
    writeFileSync(path, `${SECRET_KEY}\n`);
    expect(loadConfig('api', {}, { ...rest, SECRET_KEY_FILE: path }).SECRET_KEY).toBe(SECRET_KEY);
    expect(problemsOf('api', { ...development, SECRET_KEY_FILE: path })).toEqual([
      'SECRET_KEY and SECRET_KEY_FILE are both set: keep one',
    ]);
    expect(problemsOf('api', { ...rest, SECRET_KEY_FILE: '/nowhere' })).toEqual([
      'SECRET_KEY_FILE names a file that cannot be read: /nowhere',
    ]);
  });

  it('called .env are read in development only, beneath the environment', () => {
    writeFileSync(join(folder, '.env'), 'PORT=9000\nOPS_PORT=9001\n');
    expect(currentEnvironment({ PORT: '1' })).toEqual({ PORT: '1', OPS_PORT: '9001' });
    expect(currentEnvironment({ APP_ENV: 'production' })).toEqual({ APP_ENV: 'production' });
  });
});

import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { SECRETS } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's variables; in development they go over what a `.env` file in the working directory says. */
export function currentEnvironment(env: Environment = process.env): Environment {
  const { APP_ENV = 'development' } = env;
  if (APP_ENV !== 'development') return env;
  try {
    return { ...parseEnv(readFileSync('.env', 'utf8')), ...env };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return env;
    throw error;
  }
}

/** With secrets read from their files, and without variables that are set to nothing. Tells what it could not read. */
export function resolveEnvironment(env: Environment): { values: Record<string, string>; problems: string[] } {
  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(env)) if (value?.trim()) values[name] = value.trim();
  for (const name of SECRETS) {
    const path = values[`${name}_FILE`];
    if (path === undefined) continue;
    if (values[name] !== undefined) problems.push(`${name} and ${name}_FILE are both set: keep one`);
    const content = contentOf(path);
    if (content) values[name] = content;
    else
      problems.push(
        `${name}_FILE ${content === '' ? 'names an empty file' : 'names a file that cannot be read'}: ${path}`,
      );
  }
  return { values, problems };
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

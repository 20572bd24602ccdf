import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const Session = z.object({ url: z.string(), token: z.string() });

/** The session is kept where the embedded system keeps its data, readable by whoever signed in alone. */
const pathIn = (directory: string): string => join(directory, 'operator-session.json');

/** The token for the listener at `url`; none where somebody signed in elsewhere. */
export async function keptToken(directory: string, url: string): Promise<string | undefined> {
  const text = await readFile(pathIn(directory), 'utf8').catch(() => 'null');
  const session = Session.safeParse(parsed(text)).data;
  return session?.url === url ? session.token : undefined;
}

export async function keepToken(directory: string, url: string, token: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  // A new file each time: one that is there already would keep its own rights.
  const fresh = `${pathIn(directory)}.${process.pid}`;
  await writeFile(fresh, `${JSON.stringify({ url, token })}\n`, { mode: 0o600 });
  await rename(fresh, pathIn(directory));
}

export const forgetToken = (directory: string): Promise<void> => rm(pathIn(directory), { force: true });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the processes log while the terminal shows progress. The file has no name any more once it is open, so nothing is
 * left of it however the demo ends.
 */
export function openLog(): { fd: number; lastLines(): string } {
  const directory = mkdtempSync(join(tmpdir(), 'amira-demo-'));
  try {
    const path = join(directory, 'amira.log');
    const fd = openSync(path, 'a');
    const reading = openSync(path, 'r');
    return { fd, lastLines: () => readFileSync(reading, 'utf8').split('\n').slice(-15).join('\n') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What was promised to whoever asked, kept outside the system under test in a file that is only appended to. `unknown`:
 * the answer to the commit was lost, so either outcome is right, but not two.
 */
export type OutsideLedger = {
  acknowledge(keys: readonly string[]): void;
  unknown(keys: readonly string[]): void;
  read(): { acknowledged: Set<string>; unknown: Set<string> };
  remove(): void;
};

export function outsideLedger(): OutsideLedger {
  const directory = mkdtempSync(join(tmpdir(), 'amira-faults-'));
  const file = join(directory, 'promises.log');
  appendFileSync(file, '');
  const append = (word: string, keys: readonly string[]) => {
    if (keys.length > 0) appendFileSync(file, keys.map((key) => `${word} ${key}\n`).join(''));
  };
  return {
    acknowledge: (keys) => append('ack', keys),
    unknown: (keys) => append('unknown', keys),
    read() {
      const lines = readFileSync(file, 'utf8').split('\n');
      const keysOf = (word: string) =>
        new Set(lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1)));
      return { acknowledged: keysOf('ack'), unknown: keysOf('unknown') };
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export type Verdict = {
  acknowledged: number;
  unknown: number;
  effects: number;
  lost: number;
  doubled: number;
  strays: number;
};

/** Acknowledged ⊆ done, each effect once. `strays` are effects nobody asked for. */
export function judge(
  { acknowledged, unknown }: ReturnType<OutsideLedger['read']>,
  effects: ReadonlyMap<string, number>,
): Verdict {
  const asked = (key: string) => acknowledged.has(key) || unknown.has(key);
  return {
    acknowledged: acknowledged.size,
    unknown: unknown.size,
    effects: [...effects.values()].reduce((sum, count) => sum + count, 0),
    lost: [...acknowledged].filter((key) => !effects.has(key)).length,
    doubled: [...effects.values()].filter((count) => count > 1).length,
    strays: [...effects.keys()].filter((key) => !asked(key)).length,
  };
}

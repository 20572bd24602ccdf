import { describe, expect, it } from '@jest/globals';
import type { FaultRow } from '../rows/row.ts';

/** For a machine that does much else beside; on an idle one all of them together take less than three minutes. */
const PATIENCE_MS = 240_000;

/** The rows of the matrix that run with every `npm test`. */
export function holdsInSmall(...rows: readonly FaultRow[]): void {
  describe.each(rows.map((row) => [`${row.name} ${row.title}`, row] as const))('%s', (_name, row) => {
    it(
      'loses nothing and doubles nothing',
      async () => {
        expect((await row.run('small')).failures).toEqual([]);
      },
      PATIENCE_MS,
    );
  });
}

import type { Deps } from '../../shared/compose.ts';
import { deleteFile, type FileName, fileNameOf, filesPrefix, importsUnderWay } from '../../shared/imports/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import { checkinsImport } from '../checkins-import/contract.ts';
import type { importsSweep } from './contract.ts';

/** Files are stored before their job is: longer than any request takes. */
const SETTLED = { minutes: 15 };
/** Files whose jobs are asked for at a time. */
const BATCH = 500;

type Swept = { files: number; deleted: number };

/** The ledger knows which files are still needed; any other that is old enough goes. */
export const importsSweepHandler = ({
  objectStore,
}: Pick<Deps, 'objectStore'>): Handler<typeof importsSweep, Swept> => ({
  async prepare(_payload, { transaction, clock, signal }) {
    const store = await objectStore();
    const settledAt = clock.now().subtract(SETTLED);
    const swept = { files: 0, deleted: 0 };
    const settled: FileName[] = [];
    for await (const { key, modifiedAt } of store.keys(filesPrefix, { signal })) {
      swept.files += 1;
      const name = fileNameOf(key);
      if (name && Temporal.Instant.compare(modifiedAt, settledAt) < 0) settled.push(name);
    }
    for (let at = 0; at < settled.length; at += BATCH) {
      const files = settled.slice(at, at + BATCH);
      const people = files.map(({ userId }) => userId);
      const needed = await transaction({ userId: null }, (tx) => importsUnderWay(tx, checkinsImport.name, people));
      for (const file of files.filter(({ importId }) => !needed.has(importId))) {
        await deleteFile(store, file, signal);
        swept.deleted += 1;
      }
    }
    return swept;
  },
  effect: async (_payload, _context, swept) => swept,
});

import type { Deps } from '../../shared/compose.ts';
import { deleteFile } from '../../shared/imports/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import type { importDelete } from './contract.ts';

export const importDeleteHandler = ({ objectStore }: Pick<Deps, 'objectStore'>): Handler<typeof importDelete> => ({
  async prepare(file, { signal }) {
    await deleteFile(await objectStore(), file, signal);
    return undefined;
  },
  async effect() {},
});

import { keysWithRow, recordingsPrefix } from '../../shared/journals/index.ts';
import { permanent } from '../../shared/platform/errors.ts';
import type { ListedKey } from '../../shared/platform/object-store/port.ts';
import { inBatches, isBefore, type Sweep } from './sweep.ts';

/** Of one batch. */
const MANY = 250;

/** Deletes those of the listed objects that have no row and are old enough; a dry run only counts them. */
export async function sweepOrphans(sweep: Sweep, listed: readonly ListedKey[]): Promise<void> {
  const { store, counts, signal } = sweep;
  counts.objects += listed.length;
  const known = await sweep.ask((tx) => keysWithRow(tx, keysOf(listed)));
  const orphans = listed.filter(({ key, modifiedAt }) => !known.has(key) && isBefore(modifiedAt, sweep.before));
  counts.orphans += orphans.length;
  if (sweep.isCautious && !sweep.dryRun && orphans.length >= MANY && orphans.length > listed.length / 2)
    throw permanent('too_many_orphans', 'Most objects have no row: this may be the wrong database, or an emptied one.');
  for (const { key } of orphans) {
    if (sweep.dryRun || (await hasRow(sweep, key))) continue;
    await store.deleteAllVersions(key, signal);
    counts.deleted += 1;
  }
}

/** Forgets uploads in parts that have no row and are old enough; those of a row end with it. */
export async function sweepUploads(sweep: Sweep): Promise<void> {
  const { store, counts, signal } = sweep;
  for await (const uploads of inBatches(store.multiparts(recordingsPrefix, signal))) {
    counts.uploads += uploads.length;
    const known = await sweep.ask((tx) => keysWithRow(tx, keysOf(uploads)));
    for (const { key, uploadId, begunAt } of uploads) {
      if (known.has(key) || !isBefore(begunAt, sweep.before)) continue;
      counts.abandoned += 1;
      if (sweep.dryRun || (await hasRow(sweep, key))) continue;
      await store.abortMultipart(key, uploadId, signal);
      counts.aborted += 1;
    }
  }
}

const keysOf = (entries: readonly { key: string }[]): string[] => entries.map(({ key }) => key);

/** Asked once more right before something is deleted that could not be brought back. */
const hasRow = async (sweep: Sweep, key: string): Promise<boolean> =>
  (await sweep.ask((tx) => keysWithRow(tx, [key]))).has(key);

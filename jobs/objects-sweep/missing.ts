import { type ValidObject, validObjects } from '../../shared/journals/index.ts';
import type { ListedKey } from '../../shared/platform/object-store/port.ts';
import { BATCH, type Sweep } from './sweep.ts';

/** Lines of one run; the result counts all. */
const MOST_LINES = 20;

/**
 * Counts and tells the valid recordings between two keys whose object is not among those listed there. Nothing is done
 * about them: only a person can know whether a backup, a lifecycle rule or somebody's hand is behind it.
 */
export async function reportMissing(
  sweep: Sweep,
  range: { after: string; upto: string | null },
  listed: readonly ListedKey[],
): Promise<void> {
  const versions = new Map(listed.map((entry) => [entry.key, entry.versions]));
  let { after } = range;
  for (;;) {
    const rows = await sweep.ask((tx) => validObjects(tx, { after, upto: range.upto, most: BATCH }));
    sweep.counts.recordings += rows.length;
    for (const row of rows) {
      if (isAmong(versions.get(row.key) ?? [], row) || !(await isReallyMissing(sweep, row))) continue;
      sweep.counts.missing += 1;
      if (sweep.counts.missing <= MOST_LINES)
        sweep.logger.error({ journal_id: row.journalId }, 'A valid recording has no object any more');
    }
    const last = rows.at(-1);
    if (!last || rows.length < BATCH) return;
    after = last.key;
  }
}

/** What was judged, where the bucket keeps versions; any object where it does not. */
const isAmong = (versions: readonly string[], { version }: ValidObject): boolean =>
  version === null ? versions.length > 0 : versions.includes(version);

/** The list may be older than the row. First the object, then the row: a purge begins with the row. */
async function isReallyMissing({ store, ask, signal }: Sweep, row: ValidObject): Promise<boolean> {
  for await (const { key, versions } of store.keys(row.key, { signal })) {
    if (key !== row.key) break;
    if (isAmong(versions, row)) return false;
  }
  const just = { after: row.key.slice(0, -1), upto: row.key, most: BATCH };
  return (await ask((tx) => validObjects(tx, just))).some(({ key }) => key === row.key);
}

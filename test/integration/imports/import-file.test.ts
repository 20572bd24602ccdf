import { describe, expect, it } from '@jest/globals';
import { importFile, putFile, sealFile } from '../../../shared/imports/index.ts';
import type { JobProgress } from '../../../shared/ledger/progress.ts';
import type { Database } from '../../../shared/platform/database/database.ts';
import { ImportId, newId } from '../../../shared/platform/ids.ts';
import type { ObjectStore } from '../../../shared/platform/object-store/port.ts';
import { fileOf, good, imports, type Person } from './imports-fixture.ts';

const app = imports();
const { fixture } = app;

const lines = (many: number) => fileOf(...Array.from({ length: many }, (_, n) => good(n)));

/** Ids as of clocks that are years ahead and behind. */
const AHEAD = ImportId.parse('0fffffff-ffff-7fff-bfff-fffffffffff0');
const BEHIND = ImportId.parse('00000000-0000-7000-8000-000000000001');

/** Stores a file for an import of that id. */
async function stored(person: Person, text: string, importId = newId<ImportId>()) {
  const { objectStore, userKeys } = fixture.worker;
  const cipher = await userKeys.cipherOf(person.id);
  const file = { userId: person.id, importId };
  await putFile(await objectStore(), file, sealFile(cipher, importId, text, { timeZone: null, moods: null }));
  return file;
}

/** Transactions of which the first `good` can be had. */
function failingAfter(good: number): Database['transaction'] {
  let begun = 0;
  return async (options, work) => {
    begun += 1;
    if (begun > good) throw new Error('the database is away');
    return fixture.worker.database.transaction(options, work);
  };
}

/** The store, and how many of its readings are open. */
function watched(store: ObjectStore): { store: ObjectStore; open: () => number } {
  let open = 0;
  async function* counted(bytes: AsyncIterable<Buffer>) {
    try {
      yield* bytes;
    } finally {
      open -= 1;
    }
  }
  const read: ObjectStore['read'] = async (...args) => {
    const reading = await store.read(...args);
    open += 1;
    return { ...reading, bytes: counted(reading.bytes) };
  };
  return { store: { ...store, read }, open: () => open };
}

type Seams = { transaction?: Database['transaction']; store?: ObjectStore; progress?: (progress: JobProgress) => void };

async function run(file: Awaited<ReturnType<typeof stored>>, seams: Seams = {}) {
  const { objectStore, userKeys, database, clock } = fixture.worker;
  const [store, cipher] = await Promise.all([objectStore(), userKeys.cipherOf(file.userId)]);
  const { signal } = new AbortController();
  const { transaction } = database;
  const parts = { transaction, store, cipher, clock, signal, timeZone: 'UTC', progress: () => {}, recorded: () => {} };
  return importFile({ ...parts, ...seams }, file);
}

describe('the file that an import reads', () => {
  it('is read to its last byte, as its progress says', async () => {
    const text = `\ufeff${lines(3)}`;
    const told: JobProgress[] = [];
    await run(await stored(await fixture.person(), text), { progress: (progress) => told.push(progress) });
    const total = Buffer.byteLength(text);
    expect(told.at(-1)).toEqual({ done: total, total });
  });

  it.each([0, 1, 2])('is let go when the database fails after %i transactions', async (good) => {
    const file = await stored(await fixture.person(), lines(1_200));
    const { store, open } = watched(await fixture.worker.objectStore());
    await expect(run(file, { store, transaction: failingAfter(good) })).rejects.toThrow('the database is away');
    expect(open()).toBe(0);
  });
});

describe('what an import says it created', () => {
  it.each<[string, ImportId]>([
    ['ahead of', AHEAD],
    ['behind', BEHIND],
  ])('is what all its runs did, with a clock of the api %s the worker’s', async (_where, importId) => {
    const anna = await fixture.person();
    await run(await stored(anna, lines(1)));
    const file = await stored(anna, lines(1_200), importId);
    await expect(run(file, { transaction: failingAfter(3) })).rejects.toThrow('the database is away');
    expect(await app.count(anna, 'checkin')).toBe(1_000);
    expect(await run(file)).toMatchObject({ lines: 1_200, created: 1_199, existing: 1, duplicates: 0 });
    expect(await run(file)).toMatchObject({ created: 1_199, existing: 1 });
  });

  it.each([AHEAD, BEHIND])('is nothing of what another import did, under an id as %s', async (importId) => {
    const anna = await fixture.person();
    await run(await stored(anna, lines(10)));
    expect(await run(await stored(anna, lines(10), importId))).toMatchObject({ created: 0, existing: 10 });
  });

  it('is what it did itself where an import that was given up is done again beside it', async () => {
    const anna = await fixture.person();
    const files = [await stored(anna, lines(1_200)), await stored(anna, lines(1_200))];
    const reports = await Promise.all(files.map((file) => run(file)));
    for (const { created, existing } of reports) expect(created + existing).toBe(1_200);
    expect(reports.reduce((sum, { created }) => sum + created, 0)).toBe(1_200);
    expect(await app.count(anna, 'checkin')).toBe(1_200);
  });

  it('includes what was undone before its next run, which does not bring it back', async () => {
    const anna = await fixture.person();
    const file = await stored(anna, lines(1_200));
    await expect(run(file, { transaction: failingAfter(2) })).rejects.toThrow('the database is away');
    const [first] = await app.checkins(anna);
    await anna.send('DELETE', `/v1/emotions/${first?.['id']}`);
    expect(await run(file)).toMatchObject({ created: 1_200, existing: 0 });
    expect(await app.count(anna, 'checkin')).toBe(1_199);
  });
});

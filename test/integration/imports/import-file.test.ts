import { describe, expect, it } from '@jest/globals';
import { importFile, putFile, sealFile } from '../../../shared/imports/index.ts';
import type { JobProgress } from '../../../shared/ledger/progress.ts';
import type { Database } from '../../../shared/platform/database/database.ts';
import { type ImportId, newId } from '../../../shared/platform/ids.ts';
import type { ObjectStore } from '../../../shared/platform/object-store/port.ts';
import { fileOf, good, imports, type Person } from './imports-fixture.ts';

const app = imports();
const { fixture } = app;

const lines = (many: number) => fileOf(...Array.from({ length: many }, (_, n) => good(n)));

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

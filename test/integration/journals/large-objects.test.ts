import { afterEach, describe, expect, it } from '@jest/globals';
import { audioValidate } from '../../../jobs/audio-validate/contract.ts';
import { audioValidateHandler } from '../../../jobs/audio-validate/handler.ts';
import { byteBudget } from '../../../shared/platform/byte-budget.ts';
import { JournalId } from '../../../shared/platform/ids.ts';
import { bufferedBytes } from '../../support/buffered-bytes.ts';
import { runHandler } from '../../support/run-handler.ts';
import type { Misfortune } from '../../support/stand-ins/s3/faults.ts';
import { journals, storeOf } from './journals-fixture.ts';
import { largeRecording, sentInParts } from './large-uploads.ts';
import { honestUpload, recordingOf } from './uploads.ts';

const fixture = journals();
afterEach(() => fixture.s3.standIn.faults.clear());

const mebibyte = 1_024 * 1_024;

/** Judges the recording; tells what was held of it at most, and how much was read in all. */
async function judgedUnderMeter() {
  const store = storeOf(fixture.s3);
  const meter = bufferedBytes(store);
  try {
    const outcomes = await fixture.work(meter.store);
    return { kinds: outcomes.map(({ kind }) => kind), peak: meter.peak(), read: meter.consumed() };
  } finally {
    meter.stop();
    store.close();
  }
}

describe('a recording of 200 MB', () => {
  const size = 200_000_000;

  it('is judged with at most 8 MiB of it in the process at any time', async () => {
    const person = await fixture.person('premium');
    const id = await sentInParts(fixture, person, await largeRecording(size));
    const { kinds, peak, read } = await judgedUnderMeter();
    expect([kinds, read, (await fixture.read(person, id)).audio.status]).toEqual([['done'], size, 'valid']);
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(8 * mebibyte);
  }, 60_000);

  it('is too large for who may not record as much any more', async () => {
    const person = await fixture.person('premium');
    const id = await sentInParts(fixture, person, await largeRecording(size));
    await fixture.look(`update account set role = 'standard' where id = $1`, [person.id]);
    await fixture.work();
    expect(await fixture.look('select reason from audio_metadata where journal_id = $1', [id])).toEqual([
      { reason: 'too_large' },
    ]);
  }, 60_000);
});

describe('a read of 40 MB', () => {
  const size = 40_000_000;

  it.each<[string, Misfortune, number]>([
    ['is cut three times', { kind: 'cut', afterBytes: 9_000_000 }, 3],
    ['stops in mid-body', { kind: 'stall', afterBytes: 17_000_000 }, 1],
    ['is answered 503 twice', { kind: 'status', status: 503, code: 'ServiceUnavailable' }, 2],
  ])(
    'that %s goes on from where it was and reads no byte twice',
    async (_what, fault, times) => {
      const person = await fixture.person();
      const id = await sentInParts(fixture, person, await largeRecording(size));
      fixture.s3.standIn.faults.next({ operation: 'GetObject', times, ...fault });
      const { kinds, peak, read } = await judgedUnderMeter();
      expect([kinds, read, (await fixture.read(person, id)).audio.status]).toEqual([['done'], size, 'valid']);
      expect(fixture.s3.standIn.faults.pending()).toBe(0);
      expect(peak).toBeLessThan(8 * mebibyte);
    },
    30_000,
  );
});

describe('recordings that are judged at the same time', () => {
  it('are as many as fit into the bytes that may be in flight', async () => {
    const person = await fixture.person();
    const upload = await honestUpload(recordingOf('wav'));
    const size = upload.object.length;
    const ids = [];
    for (let count = 0; count < 6; count += 1) ids.push(await fixture.sent(person, upload));

    const store = storeOf(fixture.s3);
    let [atWork, most] = [0, 0];
    const two = Promise.withResolvers<void>();
    const read: typeof store.read = async (key, options) => {
      atWork += 1;
      most = Math.max(most, atWork);
      if (atWork === 2) two.resolve();
      await two.promise;
      const reading = await store.read(key, options);
      return { ...reading, bytes: leaving(reading.bytes) };
    };
    async function* leaving(bytes: AsyncIterable<Buffer>) {
      yield* bytes;
      atWork -= 1;
    }
    const { metrics, database } = fixture.worker;
    const budget = byteBudget(2.5 * size);
    const handler = audioValidateHandler({ objectStore: async () => ({ ...store, read }), metrics, budget });
    const { clock } = fixture;
    await Promise.all(
      ids.map((id) =>
        runHandler(database, audioValidate, handler, { userId: person.id, journalId: JournalId.parse(id) }, { clock }),
      ),
    );
    store.close();
    expect(most).toBe(2);
    const statuses = await Promise.all(ids.map(async (id) => (await fixture.read(person, id)).audio.reason));
    // All were encrypted under one IV: one is valid.
    expect(statuses.filter((reason) => reason === null)).toHaveLength(1);
  });
});

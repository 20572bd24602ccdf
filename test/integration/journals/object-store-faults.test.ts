import { createCipheriv, randomBytes } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ObjectStore } from '../../../shared/platform/object-store/port.ts';
import { bucket } from '../../support/s3-session.ts';
import type { Misfortune } from '../../support/stand-ins/s3/faults.ts';
import { journals, type Person, storeOf } from './journals-fixture.ts';
import { checksumOf, honestUpload, recordingOf } from './uploads.ts';

const fixture = journals();
const faults = () => fixture.s3.standIn.faults;
afterEach(() => faults().clear());

async function completedJournal(format = 'wav') {
  const person = await fixture.person();
  return { person, id: await fixture.sent(person, await honestUpload(recordingOf(format))) };
}

const statusOf = async (person: Person, id: string) => (await fixture.read(person, id)).audio.status;

describe('a read of the object', () => {
  it.each<[string, Misfortune, number]>([
    ['is cut three times', { kind: 'cut', afterBytes: 30_000 }, 3],
    ['stops in mid-body', { kind: 'stall', afterBytes: 30_000 }, 1],
    ['is answered 503 twice', { kind: 'status', status: 503, code: 'ServiceUnavailable' }, 2],
    ['trickles', { kind: 'slow', bytesPerSecond: 400_000 }, 1],
  ])('that %s goes on from where it was, in the same attempt', async (_what, fault, times) => {
    const { person, id } = await completedJournal();
    faults().next({ operation: 'GetObject', times, ...fault });
    expect(await fixture.work()).toEqual([expect.objectContaining({ kind: 'done' })]);
    expect(faults().pending()).toBe(0);
    expect(await statusOf(person, id)).toBe('valid');
  });

  it('that fails for longer is tried again later, and is no verdict', async () => {
    const { person, id } = await completedJournal();
    faults().next({ operation: 'GetObject', times: 1_000, kind: 'status', status: 500, code: 'InternalError' });
    expect(await fixture.work()).toEqual([
      expect.objectContaining({ kind: 'retrying', code: 'object_store_unavailable' }),
    ]);
    expect(await statusOf(person, id)).toBe('validating');
    faults().clear();
    await fixture.retryNow();
    expect(await fixture.work()).toEqual([expect.objectContaining({ kind: 'done' })]);
    expect(await statusOf(person, id)).toBe('valid');
  });

  it('that is told to slow down is parked and spends no attempt', async () => {
    const { person, id } = await completedJournal();
    faults().next({ operation: 'HeadObject', times: 10, kind: 'status', status: 429, code: 'SlowDown' });
    expect(await fixture.work()).toEqual([expect.objectContaining({ kind: 'parked' })]);
    faults().clear();
    await fixture.retryNow();
    await fixture.work();
    expect(await statusOf(person, id)).toBe('valid');
  });

  it.each(['HeadObject', 'GetObject'] as const)('that hangs (%s) ends with the signal', async (operation) => {
    const { person, id } = await completedJournal();
    const { struck } = faults().next({ operation, kind: 'hang' });
    const outcomes = fixture.work();
    await struck;
    fixture.running.stopAll('shutdown');
    expect((await outcomes).map(({ kind }) => kind)).toEqual(['handed_back', 'done']);
    expect(await statusOf(person, id)).toBe('valid');
  });
});

describe('a deletion', () => {
  it('that fails is tried again until the list is empty', async () => {
    const { person, id } = await completedJournal();
    await fixture.look(`update journal set duration_seconds = 901 where id = $1`, [id]);
    faults().next({ operation: 'DeleteObjects', times: 3, kind: 'status', status: 500, code: 'InternalError' });
    const outcomes = await fixture.work();
    expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'retrying']);
    expect(await fixture.stored(id)).toHaveLength(1);
    await fixture.retryNow();
    await fixture.work();
    expect(await fixture.stored(id)).toEqual([]);
    expect(await statusOf(person, id)).toBe('rejected');
  });
});

describe('an object of 64 MB', () => {
  const size = 64_000_000;

  /** A premium user's completed journal of that size. An upload in one piece is smaller, so the row is grown afterwards. */
  async function largeJournal(person: Person) {
    const { body, object } = await honestUpload(recordingOf('wav'));
    const id = await fixture.sent(person, { body, object });
    const cipher = createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16));
    const large = cipher.update(Buffer.alloc(size + 16));
    await fixture.s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: await fixture.keyOf(id), Body: large }));
    await fixture.look(
      `update audio_metadata set file_size = $2, checksum = $3, sample_rate = 48000, channels = 2, bit_rate = 3072000
       where journal_id = $1`,
      [id, size, checksumOf(large)],
    );
    await fixture.look('update journal set duration_seconds = $2 where id = $1', [id, size / 384_000]);
    return id;
  }

  it('is judged with at most 8 MiB of it in the process at any time', async () => {
    const person = await fixture.person('premium');
    const id = await largeJournal(person);
    // Its sockets are opened while they are watched.
    const store = storeOf(fixture.s3);
    const meter = bufferedBytes(store);
    try {
      await fixture.work(meter.store);
    } finally {
      meter.stop();
      store.close();
    }
    expect(await statusOf(person, id)).toBe('valid');
    expect(meter.consumed()).toBe(size + 16);
    expect(meter.peak()).toBeGreaterThan(0);
    expect(meter.peak()).toBeLessThan(8 * 1_024 * 1_024);
  }, 60_000);

  it('is too large for who may not record as much', async () => {
    const person = await fixture.person('premium');
    const id = await largeJournal(person);
    await fixture.look(`update account set role = 'standard' where id = $1`, [person.id]);
    await fixture.work();
    expect(await fixture.look('select reason from audio_metadata where journal_id = $1', [id])).toEqual([
      { reason: 'too_large' },
    ]);
  }, 60_000);
});

/**
 * Counts what the process holds of an object: bytes read from the sockets to S3, less those already taken by the judge,
 * looked at before each piece is handed over and after the sockets had a turn to read ahead.
 */
function bufferedBytes(store: ObjectStore) {
  const sockets: Socket[] = [];
  const note = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
  channel('net.client.socket').subscribe(note);
  const arrived = () => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  let consumed = 0;
  let peak = 0;
  async function* metered(source: AsyncIterable<Buffer>) {
    for await (const piece of source) {
      await turn();
      peak = Math.max(peak, arrived() - consumed);
      consumed += piece.length;
      yield piece;
    }
  }
  const read: ObjectStore['read'] = async (key, options) => Readable.from(metered(await store.read(key, options)));
  return {
    store: { ...store, read },
    peak: () => peak,
    consumed: () => consumed,
    stop: () => void channel('net.client.socket').unsubscribe(note),
  };
}

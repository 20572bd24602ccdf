import { afterEach, describe, expect, it } from '@jest/globals';
import type { Misfortune } from '../../support/stand-ins/s3/faults.ts';
import { journals, type Person } from './journals-fixture.ts';
import { honestUpload, recordingOf } from './uploads.ts';

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
    faults().next({ operation: 'GetObject', times: 10, kind: 'status', status: 429, code: 'SlowDown' });
    expect(await fixture.work()).toEqual([expect.objectContaining({ kind: 'parked' })]);
    faults().clear();
    await fixture.retryNow();
    await fixture.work();
    expect(await statusOf(person, id)).toBe('valid');
  });

  it('that hangs ends with the signal', async () => {
    const { person, id } = await completedJournal();
    const { struck } = faults().next({ operation: 'GetObject', kind: 'hang' });
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

import { describe, expect, it } from '@jest/globals';
import { newId } from '../../../shared/platform/ids.ts';
import { journals, type Person, problemOf, put } from './journals-fixture.ts';
import { honestUpload } from './uploads.ts';

const fixture = journals();

/** Somebody with a recording that was found valid. */
async function withRecording() {
  const person = await fixture.person();
  const upload = await honestUpload();
  const { journal, upload: address } = await fixture.create(person, upload.body);
  await put(address, upload.object);
  await fixture.complete(person, journal.id);
  await fixture.work();
  return { person, id: journal.id, address, object: Buffer.from(upload.object), ...upload.body.audio };
}

const play = (person: Person, id: string, method = 'GET') => person.send(method, `/v1/journals/${id}/audio`);
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('GET /v1/journals/{id}/audio', () => {
  it('answers where the ciphertext is for a minute, and how it was made', async () => {
    const { person, id, object, envelope } = await withRecording();
    const { status, body, headers } = await play(person, id);
    expect(status).toBe(200);
    expect(body).toEqual({ url: expect.any(String), expiresAt: expect.any(String), envelope });
    const left = fixture.clock.now().until(Temporal.Instant.from(String(body['expiresAt'])));
    expect(left.total('seconds')).toBeLessThanOrEqual(60);
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect((await bytesOf(await fetch(String(body['url'])))).equals(object)).toBe(true);
  });

  it('lets a player ask for a part, as often as it likes', async () => {
    const { person, id, object } = await withRecording();
    const url = String((await play(person, id)).body['url']);
    for (const [range, from, to] of [
      ['bytes=100-1099', 100, 1_100],
      ['bytes=1100-', 1_100, object.length],
      ['bytes=-16', object.length - 16, object.length],
    ] as const) {
      const part = await fetch(url, { headers: { Range: range } });
      expect([part.status, part.headers.get('Content-Range')]).toEqual([
        206,
        `bytes ${from}-${to - 1}/${object.length}`,
      ]);
      expect((await bytesOf(part)).equals(object.subarray(from, to))).toBe(true);
    }
  });

  it('gives what was judged, whatever is uploaded later', async () => {
    const { person, id, object, address } = await withRecording();
    const forged = new Uint8Array(object.length).fill(7);
    expect((await put(address, forged)).status).toBe(200);
    const url = String((await play(person, id)).body['url']);
    expect((await bytesOf(await fetch(url))).equals(object)).toBe(true);
    // The version is part of what is signed.
    expect((await fetch(url.replace(/versionId=[^&]+&?/, ''))).status).toBe(403);
  });

  it('gives an address to that one object only', async () => {
    const [ada, ben] = [await withRecording(), await withRecording()];
    const url = String((await play(ada.person, ada.id)).body['url']);
    const forged = url.replace(await fixture.keyOf(ada.id), await fixture.keyOf(ben.id));
    expect(forged).not.toBe(url);
    expect((await fetch(forged)).status).toBe(403);
  });

  it('says to HEAD what it says to GET', async () => {
    const { person, id } = await withRecording();
    const { status, text } = await play(person, id, 'HEAD');
    expect([status, text]).toEqual([200, '']);
  });

  it('is 409 until the recording has been judged, and for ever where nothing was kept', async () => {
    const person = await fixture.person();
    const { journal } = await fixture.create(person, (await honestUpload()).body);
    const answer = async () => {
      const { status, code } = problemOf(await play(person, journal.id));
      return [status, code];
    };
    expect(await answer()).toEqual([409, 'recording_not_ready']);
    await fixture.complete(person, journal.id);
    expect(await answer()).toEqual([409, 'recording_not_ready']);
    await fixture.work();
    expect((await fixture.read(person, journal.id)).audio.status).toBe('rejected');
    expect(await answer()).toEqual([409, 'recording_unavailable']);
    await fixture.look(`update audio_metadata set status = 'expired', reason = null where journal_id = $1`, [
      journal.id,
    ]);
    expect(await answer()).toEqual([409, 'recording_unavailable']);
  });

  it('is 404 for somebody else’s, a missing and a deleted journal', async () => {
    const { person, id } = await withRecording();
    const stranger = await fixture.person();
    for (const other of [id, newId(), 'no-id']) expect((await play(stranger, other)).status).toBe(404);
    await fixture.look('update journal set deleted_at = now() where id = $1', [id]);
    expect((await play(person, id)).status).toBe(404);
  });

  it('answers an address that the store refuses after a minute', async () => {
    const { person, id } = await withRecording();
    const url = String((await play(person, id)).body['url']);
    fixture.s3.clock.shift({ seconds: 61 });
    try {
      expect((await fetch(url)).status).toBe(403);
    } finally {
      fixture.s3.clock.shift({ seconds: -61 });
    }
  });
});

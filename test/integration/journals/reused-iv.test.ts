import { describe, expect, it } from '@jest/globals';
import { newRecordingKey } from '../../../docs/client/recording-envelope.ts';
import { journals } from './journals-fixture.ts';
import { declaring, honestUpload, recordingOf, type Upload } from './uploads.ts';

const fixture = journals();

describe('an IV', () => {
  async function twoUnderOneIv() {
    const key = await newRecordingKey();
    const iv = new Uint8Array(Buffer.from((await honestUpload()).body.audio.envelope.iv, 'base64'));
    const uploads = ['opus', 'aac'].map((format) => honestUpload(recordingOf(format), 1, { key, iv }));
    return Promise.all(uploads) as Promise<[Upload, Upload]>;
  }

  it('that was used under the same key before is rejected as reused_iv', async () => {
    const person = await fixture.person();
    const [first, second] = await twoUnderOneIv();
    expect(await fixture.verdictOn(first, person)).toMatchObject({ status: 'valid' });
    const { id, reason } = await fixture.verdictOn(second, person);
    expect(reason).toBe('reused_iv');
    expect(await fixture.stored(id)).toEqual([]);
  });

  it('sent ten times at once is valid exactly once', async () => {
    const person = await fixture.person();
    const [upload] = await twoUnderOneIv();
    const ids = await Promise.all(Array.from({ length: 10 }, () => fixture.sent(person, upload)));
    await fixture.work();
    const verdicts = await Promise.all(ids.map((id) => fixture.read(person, id)));
    const reasons = verdicts.map(({ audio }) => audio.reason ?? audio.status).toSorted();
    expect(reasons).toEqual([...Array.from({ length: 9 }, () => 'reused_iv'), 'valid']);
  });

  it('is everybody’s own, and each key’s', async () => {
    const [first, second] = await twoUnderOneIv();
    const person = await fixture.person();
    const otherKey = declaring(second, { envelope: { ...second.body.audio.envelope, keyId: 'key-2' } });
    expect(await fixture.verdictOn(first, person)).toMatchObject({ status: 'valid' });
    expect(await fixture.verdictOn(first, await fixture.person())).toMatchObject({ status: 'valid' });
    expect(await fixture.verdictOn(otherKey, person)).toMatchObject({ status: 'valid' });
  });

  it('of a recording that was rejected may come again with the same object', async () => {
    const person = await fixture.person();
    const upload = await honestUpload();
    const id = await fixture.created(person, upload);
    await fixture.complete(person, id);
    expect(await fixture.judged(person, id)).toMatchObject({ reason: 'missing_object' });
    expect(await fixture.verdictOn(upload, person)).toMatchObject({ status: 'valid' });
  });
});

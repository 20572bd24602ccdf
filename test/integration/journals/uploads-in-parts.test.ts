import { afterEach, describe, expect, it } from '@jest/globals';
import { partBytes } from '../../../shared/journals/upload-parts.ts';
import { type Journal, journals, type Person, problemOf, put } from './journals-fixture.ts';
import {
  bytesOf,
  type LargeRecording,
  largeRecording,
  type PartsUpload,
  partsGenerated,
  putPart,
  sentInParts,
  withPartChecksums,
} from './large-uploads.ts';
import { honestUpload } from './uploads.ts';

const fixture = journals();
afterEach(() => fixture.s3.standIn.faults.clear());

/** The smallest object in parts: two of 16 MiB and one byte. */
const smallest = 2 * partBytes + 1;

const post = (person: Person, body: unknown, headers = {}) => person.send('POST', '/v1/journals', body, headers);
const upload = async (person: Person, id: string) => person.send('GET', `/v1/journals/${id}/upload`);
const uploadsAtS3 = async () => {
  const store = await fixture.worker.objectStore();
  return (await Array.fromAsync(store.multiparts('journals/'))).map(({ uploadId }) => uploadId);
};
const createdInParts = async (person: Person, body: unknown) =>
  (await post(person, body)).body as unknown as { journal: Journal; upload: PartsUpload };
const slice = (bytes: Buffer, number: number) => bytes.subarray((number - 1) * partBytes, number * partBytes);

describe('POST /v1/journals of more than 32 MiB', () => {
  it('answers an address for every part, and the parts become a valid recording', async () => {
    const person = await fixture.person();
    const recording = await largeRecording(smallest);
    const answer = await createdInParts(person, withPartChecksums(recording));
    expect(answer.upload).toMatchObject({ method: 'MULTIPART', partSize: partBytes, uploaded: [] });
    expect(answer.upload.parts.map(({ number }) => number)).toEqual([1, 2, 3]);

    const bytes = bytesOf(recording);
    const parts = [];
    for (const part of answer.upload.parts)
      parts.push({ number: part.number, etag: (await putPart(part, slice(bytes, part.number))).etag });
    expect((await fixture.complete(person, answer.journal.id, { parts })).status).toBe(202);
    expect(await fixture.judged(person, answer.journal.id)).toMatchObject({ status: 'valid' });

    const [stored, ...others] = await fixture.stored(answer.journal.id);
    expect([stored?.size, others, await uploadsAtS3()]).toEqual([smallest, [], []]);
    const [row] = await fixture.look('select object_version from audio_metadata where journal_id = $1', [
      answer.journal.id,
    ]);
    expect(row).toEqual({ object_version: stored?.versionId });
  });

  it('makes addresses that take no other part: another byte, another length', async () => {
    const recording = await largeRecording(smallest);
    const { upload } = await createdInParts(await fixture.person(), withPartChecksums(recording));
    const [, , last] = upload.parts;
    if (!last) throw new Error('there are three parts');
    const [byte = 0] = slice(bytesOf(recording), 3);
    expect((await putPart(last, Buffer.from([byte ^ 1]))).status).toBe(400);
    expect((await putPart(last, Buffer.from([byte, byte]))).status).toBe(403);
    expect((await putPart(last, Buffer.from([byte]))).status).toBe(200);
  });

  it.each([
    ['too few', smallest, 2],
    ['too many', smallest, 4],
    ['any for a small recording', 1_000_000, 1],
  ])('refuses checksums of parts that do not fit: %s', async (_what, size, count) => {
    const { body } = await largeRecording(size);
    const partChecksums = Array.from({ length: count }, () => body.audio.checksum);
    const reply = await post(await fixture.person(), { ...body, audio: { ...body.audio, partChecksums } });
    expect(problemOf(reply)).toEqual({
      status: 400,
      code: 'invalid_body',
      errors: ['audio.partChecksums wrong_count'],
    });
  });

  it('leaves no upload behind where it is refused, or answered as before', async () => {
    const person = await fixture.person();
    const { body } = await largeRecording(smallest);
    const before = await uploadsAtS3();
    const unknownFeeling = { ...body, preCheckin: { emotionTypeId: 999, intensity: 4 } };
    expect((await post(person, unknownFeeling)).status).toBe(400);
    expect((await post(person, (await largeRecording(50_000_017)).body)).status).toBe(400);
    expect(await uploadsAtS3()).toEqual(before);

    const key = { 'Idempotency-Key': 'in-parts' };
    const [first, again] = [await post(person, body, key), await post(person, body, key)];
    expect([first.status, again.body]).toEqual([201, first.body]);
    expect(await uploadsAtS3()).toHaveLength(before.length + 1);
  });

  it('answers 503 where S3 is away, and makes no journal', async () => {
    const person = await fixture.person();
    const { body } = await largeRecording(smallest);
    const fault = { kind: 'status', status: 500, code: 'InternalError' } as const;
    fixture.s3.standIn.faults.next({ operation: 'CreateMultipartUpload', times: 3, ...fault });
    expect((await post(person, body)).status).toBe(503);
    expect(await fixture.look('select 1 from journal where user_id = $1', [person.id])).toEqual([]);
  });
});

describe('GET /v1/journals/{id}/upload', () => {
  it('gives fresh addresses for the parts that are missing, and the ETags of the others', async () => {
    const person = await fixture.person();
    const recording = await largeRecording(smallest);
    const { journal, upload: first } = await createdInParts(person, withPartChecksums(recording));
    const bytes = bytesOf(recording);
    const [one, ...rest] = first.parts;
    if (!one) throw new Error('there are three parts');
    const { etag } = await putPart(one, slice(bytes, 1));
    fixture.s3.clock.shift({ minutes: 16 });
    try {
      expect(await Promise.all(rest.map((part) => putPart(part, slice(bytes, part.number))))).toMatchObject([
        { status: 403 },
        { status: 403 },
      ]);
    } finally {
      fixture.s3.clock.shift({ minutes: -16 });
    }

    const { upload: fresh } = (await upload(person, journal.id)).body as unknown as { upload: PartsUpload };
    expect(fresh.uploaded).toEqual([{ number: 1, etag }]);
    expect(fresh.parts.map(({ number }) => number)).toEqual([2, 3]);
    const parts = [...fresh.uploaded];
    for (const part of fresh.parts)
      parts.push({ number: part.number, etag: (await putPart(part, slice(bytes, part.number))).etag });
    await fixture.complete(person, journal.id, { parts });
    expect(await fixture.judged(person, journal.id)).toMatchObject({ status: 'valid' });
  });

  it('gives a fresh address for a small recording too', async () => {
    const person = await fixture.person();
    const { body, object } = await honestUpload();
    const { journal } = await fixture.create(person, body);
    const answer = (await upload(person, journal.id)).body as unknown as { upload: Parameters<typeof put>[0] };
    expect((await put(answer.upload, object)).status).toBe(200);
    await fixture.complete(person, journal.id);
    expect(await fixture.judged(person, journal.id)).toMatchObject({ status: 'valid' });
  });

  it('is 409 once the upload is over, and 404 for anybody else', async () => {
    const [person, other] = [await fixture.person(), await fixture.person()];
    const { id } = await partsGenerated(fixture, person, await largeRecording(smallest));
    expect((await upload(other, id)).status).toBe(404);
    await fixture.look(`update audio_metadata set status = 'expired' where journal_id = $1`, [id]);
    expect(problemOf(await upload(person, id))).toMatchObject({ status: 409, code: 'conflict' });
  });

  it('is 409 where S3 has given the upload up', async () => {
    const person = await fixture.person();
    const { id, key, uploadId } = await partsGenerated(fixture, person, await largeRecording(smallest));
    await (await fixture.worker.objectStore()).abortMultipart(key, uploadId);
    expect(problemOf(await upload(person, id))).toMatchObject({ status: 409, code: 'conflict' });
  });
});

describe('POST /v1/journals/{id}/complete', () => {
  it('refuses parts that are not all of the upload’s, and takes them afterwards', async () => {
    const person = await fixture.person();
    const { id, parts } = await partsGenerated(fixture, person, await largeRecording(smallest));
    const [first] = parts;
    for (const wrong of [undefined, {}, { parts: [] }, { parts: parts.slice(1) }, { parts: [...parts, first] }])
      expect(problemOf(await fixture.complete(person, id, wrong))).toEqual({
        status: 400,
        code: 'invalid_body',
        errors: ['parts incomplete_parts'],
      });
    expect((await fixture.complete(person, id, { parts: parts.toReversed() })).status).toBe(202);
    expect(await fixture.judged(person, id)).toMatchObject({ status: 'valid' });
  });

  it('refuses parts of an upload that was one', async () => {
    const person = await fixture.person();
    const { journal } = await fixture.create(person, (await honestUpload()).body);
    const reply = await fixture.complete(person, journal.id, { parts: [{ number: 1, etag: '"a"' }] });
    expect(problemOf(reply)).toEqual({ status: 400, code: 'invalid_body', errors: ['parts not_in_parts'] });
  });

  it('said twice, and again after the verdict, answers with the one job of the first time', async () => {
    const person = await fixture.person();
    const { id, parts } = await partsGenerated(fixture, person, await largeRecording(smallest));
    const both = await Promise.all([fixture.complete(person, id, { parts }), fixture.complete(person, id, { parts })]);
    await fixture.work();
    const replies = [...both, await fixture.complete(person, id, { parts })];
    expect(replies.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(replies.map(({ headers }) => headers.get('location'))).size).toBe(1);
    expect((await fixture.read(person, id)).audio.status).toBe('valid');
  });
});

describe('the verdict on an upload in parts', () => {
  const rejected = async (person: Person, id: string) => {
    const { status, reason } = await fixture.judged(person, id);
    return { status, reason, left: [await fixture.stored(id), await uploadsOf(id)] };
  };
  const uploadsOf = async (id: string) => {
    const [{ upload_id: uploadId } = { upload_id: '' }] = await fixture.look(
      'select upload_id from audio_metadata where journal_id = $1',
      [id],
    );
    return (await uploadsAtS3()).filter((one) => one === uploadId);
  };
  const nothing = [[], []];

  it('is upload_incomplete where a part never arrived, and nothing stays', async () => {
    const person = await fixture.person();
    const { journal } = await createdInParts(person, (await largeRecording(smallest)).body);
    const parts = [1, 2, 3].map((number) => ({ number, etag: '"0123456789abcdef0123456789abcdef"' }));
    await fixture.complete(person, journal.id, { parts });
    expect(await rejected(person, journal.id)).toEqual({
      status: 'rejected',
      reason: 'upload_incomplete',
      left: nothing,
    });
  });

  it('is upload_incomplete where a part is another than was named', async () => {
    const person = await fixture.person();
    const { id, parts } = await partsGenerated(fixture, person, await largeRecording(smallest));
    const [first, second, third] = parts;
    const crossed = [first, { ...second, etag: third?.etag }, { ...third, etag: second?.etag }];
    await fixture.complete(person, id, { parts: crossed });
    expect(await rejected(person, id)).toMatchObject({ reason: 'upload_incomplete', left: nothing });
  });

  it('is missing_object where S3 has given the upload up', async () => {
    const person = await fixture.person();
    const { id, key, uploadId, parts } = await partsGenerated(fixture, person, await largeRecording(smallest));
    await (await fixture.worker.objectStore()).abortMultipart(key, uploadId);
    await fixture.complete(person, id, { parts });
    expect(await rejected(person, id)).toMatchObject({ reason: 'missing_object', left: nothing });
  });

  it('is wrong_checksum where the whole is not what was declared', async () => {
    const person = await fixture.person();
    const recording = await largeRecording(smallest);
    const audio = { ...recording.body.audio, checksum: `${'A'.repeat(43)}=` };
    const id = await sentInParts(fixture, person, { ...recording, body: { ...recording.body, audio } });
    expect(await rejected(person, id)).toEqual({ status: 'rejected', reason: 'wrong_checksum', left: nothing });
  });

  it('is plaintext_audio where it was not encrypted', async () => {
    const person = await fixture.person();
    const id = await sentInPlaintext(person, await largeRecording(smallest));
    expect(await rejected(person, id)).toEqual({ status: 'rejected', reason: 'plaintext_audio', left: nothing });
  });

  /** It begins as a WAV does. */
  async function sentInPlaintext(person: Person, recording: LargeRecording): Promise<string> {
    const { journal, upload } = await createdInParts(person, recording.body);
    const bytes = bytesOf(recording);
    bytes.write('RIFF....WAVEfmt ', 0, 'latin1');
    const parts = [];
    for (const part of upload.parts)
      parts.push({ number: part.number, etag: (await putPart(part, slice(bytes, part.number))).etag });
    await fixture.complete(person, journal.id, { parts });
    return journal.id;
  }

  it('stands on the object as it was completed: a part sent later changes nothing', async () => {
    const person = await fixture.person();
    const recording = await largeRecording(smallest);
    const { journal, upload } = await createdInParts(person, recording.body);
    const key = await fixture.keyOf(journal.id);
    const [row] = await fixture.look('select upload_id from audio_metadata where journal_id = $1', [journal.id]);
    const sizes = [partBytes, partBytes, 1];
    const parts = await fixture.s3.standIn.generateParts(key, row?.upload_id, sizes, recording.seed);
    await fixture.complete(person, journal.id, { parts });
    await fixture.work();
    const [, , last] = upload.parts;
    if (!last) throw new Error('there are three parts');
    expect((await putPart(last, Buffer.from([0]))).status).toBe(404);
    expect((await fixture.read(person, journal.id)).audio.status).toBe('valid');
    expect(await fixture.stored(journal.id)).toHaveLength(1);
  });

  it('is the same where S3 completed the upload and its answer was lost', async () => {
    const person = await fixture.person();
    const id = await sentInParts(fixture, person, await largeRecording(smallest));
    const { faults } = fixture.s3.standIn;
    faults.next({ operation: 'CompleteMultipartUpload', kind: 'lost-answer' });
    await fixture.work();
    await fixture.retryNow();
    await fixture.work();
    expect([faults.pending(), (await fixture.read(person, id)).audio.status]).toEqual([0, 'valid']);
    expect(await fixture.stored(id)).toHaveLength(1);
  });

  it.each(['ListParts', 'CompleteMultipartUpload'] as const)('waits for S3 where %s fails', async (operation) => {
    const person = await fixture.person();
    const id = await sentInParts(fixture, person, await largeRecording(smallest));
    const { faults } = fixture.s3.standIn;
    faults.next({ operation, times: 100, kind: 'status', status: 503, code: 'ServiceUnavailable' });
    expect(await fixture.work()).toEqual([expect.objectContaining({ kind: 'retrying' })]);
    expect((await fixture.read(person, id)).audio.status).toBe('validating');
    faults.clear();
    await fixture.retryNow();
    await fixture.work();
    expect((await fixture.read(person, id)).audio.status).toBe('valid');
  });
});

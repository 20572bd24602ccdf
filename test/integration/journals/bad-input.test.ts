import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { bucket } from '../../support/s3-session.ts';
import { journals, type Person, problemOf, put } from './journals-fixture.ts';
import { leftBehind, nothing } from './left-behind.ts';
import { checksumOf, declaring, honestUpload, plaintextUpload, recordingOf, type Upload } from './uploads.ts';

const fixture = journals();

type Audio = Upload['body']['audio'];
/** One thing that is wrong with the body of an otherwise possible journal. */
type Wrong = [what: string, changed: (body: Upload['body']) => unknown, errors: string[]];

const audio =
  (change: object) =>
  (body: Upload['body']): unknown => ({ ...body, audio: { ...body.audio, ...change } });
const envelope =
  (change: object) =>
  (body: Upload['body']): unknown =>
    audio({ envelope: { ...body.audio.envelope, ...change } })(body);
const iv = (...bytes: number[]) => envelope({ iv: Buffer.from(bytes).toString('base64') });
const codec = (format: string, sampleRate: number, bitRate: number, channels: number) =>
  audio({ format, sampleRate, bitRate, channels } as Partial<Audio>);
const random = [0x3f, 0x91, 0x07, 0xc4, 0x5a, 0xe2, 0x18, 0x6d, 0xb3, 0x70, 0x2c, 0xf8];

const refused: Wrong[] = [
  ['0 bytes', audio({ fileSize: 0 }), ['audio.fileSize too_small']],
  ['less than no bytes', audio({ fileSize: -1 }), ['audio.fileSize too_small']],
  ['half a byte', audio({ fileSize: 18_992.5 }), ['audio.fileSize invalid_type']],
  ['2 GiB', audio({ fileSize: 2 ** 31 }), ['audio.fileSize too_large', 'durationSeconds impossible_duration']],
  ['more bytes than a number counts', audio({ fileSize: 2 ** 53 }), ['audio.fileSize too_big']],
  ['a size in words', audio({ fileSize: '18992' }), ['audio.fileSize invalid_type']],
  [
    'a checksum of 31 bytes',
    audio({ checksum: Buffer.alloc(31, 1).toString('base64') }),
    ['audio.checksum invalid_format'],
  ],
  ['a checksum in hexadecimal', audio({ checksum: 'ab'.repeat(32) }), ['audio.checksum invalid_format']],
  ['no checksum', audio({ checksum: undefined }), ['audio.checksum invalid_type']],
  ['an IV of no bytes', iv(), ['audio.envelope.iv bad_iv']],
  ['an IV of 11 bytes', iv(...random.slice(1)), ['audio.envelope.iv bad_iv']],
  ['an IV of 13 bytes', iv(...random, 1), ['audio.envelope.iv bad_iv']],
  ['an IV of 16 bytes', iv(...random, 1, 2, 3, 4), ['audio.envelope.iv bad_iv']],
  ['an IV in another alphabet', envelope({ iv: 'P5EHxFriGG2z-_z4' }), ['audio.envelope.iv bad_iv']],
  ['an endless IV', envelope({ iv: 'A'.repeat(65) }), ['audio.envelope.iv too_big']],
  ['an IV of zeros', iv(...Array(12).fill(0)), ['audio.envelope.iv bad_iv']],
  ['an IV of one byte again and again', iv(...Array(12).fill(0xa5)), ['audio.envelope.iv bad_iv']],
  ['an IV that counts', iv(...Array(12).keys()), ['audio.envelope.iv bad_iv']],
  ['an IV of version 3 whose counter has begun', envelope({ version: 3 }), ['audio.envelope.iv bad_iv']],
  ['an envelope of no known version', envelope({ version: 4 }), ['audio.envelope.version invalid_union']],
  ['another algorithm', envelope({ algorithm: 'AES-128-CBC' }), ['audio.envelope.algorithm invalid_value']],
  ['the key', envelope({ key: 'c2VjcmV0' }), ['audio.envelope.key unknown_field']],
  ['a codec that is not in the table', codec('caf', 44_100, 128_000, 1), ['audio.format invalid_value']],
  ['WAV of 7 bits', codec('wav', 16_000, 112_000, 1), ['audio.bitRate impossible_format']],
  ['AAC over its limit', codec('aac', 16_000, 128_000, 1), ['audio.bitRate impossible_format']],
  ['M4A at 192 kHz', codec('m4a', 192_000, 128_000, 1), ['audio.sampleRate impossible_format']],
  ['MP3 at 96 kHz', codec('mp3', 96_000, 128_000, 1), ['audio.sampleRate impossible_format']],
  ['Opus at 44.1 kHz', codec('opus', 44_100, 24_000, 1), ['audio.sampleRate impossible_format']],
  ['Vorbis of 600 kbit/s', codec('ogg', 48_000, 600_000, 2), ['audio.bitRate impossible_format']],
  ['FLAC larger than its samples', codec('flac', 16_000, 512_001, 1), ['audio.bitRate impossible_format']],
  ['AMR-NB in stereo', codec('amr-nb', 8_000, 12_200, 2), ['audio.channels impossible_format']],
  ['AMR-WB in a mode of AMR-NB', codec('amr-wb', 16_000, 12_200, 1), ['audio.bitRate impossible_format']],
  ['half a second', (body) => ({ ...body, durationSeconds: 0.5 }), ['durationSeconds impossible_duration']],
  [
    'ten minutes of six seconds’ bytes',
    (body) => ({ ...body, durationSeconds: 600 }),
    ['durationSeconds impossible_duration'],
  ],
  [
    'a day',
    (body) => ({ ...body, durationSeconds: 86_400 }),
    ['durationSeconds too_long', 'durationSeconds impossible_duration'],
  ],
  ['a time that runs backwards', (body) => ({ ...body, durationSeconds: -6 }), ['durationSeconds too_small']],
  ['the key of an object', (body) => ({ ...body, objectKey: 'journals/somebody/else' }), ['objectKey unknown_field']],
  ['a verdict', audio({ status: 'valid' }), ['audio.status unknown_field']],
];

describe('a journal that is declared with', () => {
  it.each(refused)('%s is refused, and leaves nothing', async (_what, changed, errors) => {
    const person = await fixture.person('premium');
    const { body } = await honestUpload(recordingOf('opus'));
    const reply = await person.send('POST', '/v1/journals', changed(body));
    expect(problemOf(reply)).toEqual({ status: 400, code: 'invalid_body', errors });
    expect(await leftBehind(fixture, person)).toEqual(nothing);
  });
});

describe('a recording over the cap of its owner’s role', () => {
  it.each([
    ['standard', 50_000_001],
    ['content_manager', 50_000_001],
    ['administrator', 50_000_001],
    ['premium', 200_000_001],
  ] as const)('of %s is refused, and no upload is begun for it', async (role, fileSize) => {
    const person = await fixture.person(role);
    const parameters = { format: 'wav', sampleRate: 48_000, bitRate: 3_072_000, channels: 2, fileSize };
    const { body } = declaring(await honestUpload(), parameters);
    const reply = await person.send('POST', '/v1/journals', { ...body, durationSeconds: fileSize / 384_000 });
    expect(problemOf(reply)).toMatchObject({
      status: 400,
      errors: expect.arrayContaining(['audio.fileSize too_large']),
    });
    expect(await leftBehind(fixture, person)).toEqual(nothing);
  });
});

type Sent = { person: Person; id: string; upload: Upload; address: { url: string; headers: Record<string, string> } };

/** A journal whose address is known, nothing uploaded yet. */
async function begun(person: Person, upload: Upload): Promise<Sent> {
  const { journal, upload: address } = await fixture.create(person, upload.body);
  return { person, id: journal.id, upload, address };
}

/** Puts an object where the phone was told to, past the signed length: what a fault of the object store could leave. */
const smuggle = async (id: string, Body: Uint8Array) =>
  fixture.s3.client.send(new PutObjectCommand({ Bucket: bucket, Key: await fixture.keyOf(id), Body }));
const uploaded = async ({ address, upload }: Sent, object = upload.object) =>
  expect((await put(address, object)).status).toBe(200);
const complete = async ({ person, id }: Sent) => expect((await fixture.complete(person, id)).status).toBe(202);

type Misdeed = [reason: string, what: string, upload: () => Promise<Upload>, deed: (sent: Sent) => Promise<unknown>];
const wrongChecksum = async () => declaring(await honestUpload(), { checksum: checksumOf(new Uint8Array([1])) });
const inTheClear = () => plaintextUpload(recordingOf('wav'));
const otherIv = async () => {
  const [upload, other] = [await honestUpload(recordingOf('opus'), 2), await honestUpload()];
  return declaring(upload, { envelope: { ...upload.body.audio.envelope, iv: other.body.audio.envelope.iv } });
};

const rejected: Misdeed[] = [
  ['missing_object', 'is completed without an upload', honestUpload, async () => undefined],
  ['wrong_size', 'has no bytes', honestUpload, ({ id }) => smuggle(id, new Uint8Array())],
  ['wrong_size', 'lacks a byte', honestUpload, ({ id, upload }) => smuggle(id, upload.object.subarray(1))],
  [
    'wrong_size',
    'has a byte too many',
    honestUpload,
    ({ id, upload }) => smuggle(id, new Uint8Array([...upload.object, 0])),
  ],
  ['wrong_checksum', 'is not what was declared', wrongChecksum, (sent) => uploaded(sent)],
  ['bad_iv', 'has another IV in it than was declared', otherIv, (sent) => uploaded(sent)],
  ['plaintext_audio', 'is in the clear', inTheClear, (sent) => uploaded(sent)],
  ['plaintext_audio', 'is in the clear, twice', inTheClear, (sent) => uploaded(sent).then(() => uploaded(sent))],
  [
    'wrong_size',
    'is honest at first and exchanged before it is read',
    honestUpload,
    async (sent) => {
      await uploaded(sent);
      await complete(sent);
      await smuggle(sent.id, new Uint8Array(7));
    },
  ],
];

describe('an object that', () => {
  it.each(rejected)('is rejected as %s where it %s, once, and leaves nothing', async (reason, _what, upload, deed) => {
    const sent = await begun(await fixture.person(), await upload());
    await deed(sent);
    await complete(sent);
    expect(await fixture.judged(sent.person, sent.id)).toMatchObject({ status: 'rejected', reason });
    const rows = [`rejected ${reason}`];
    expect(await leftBehind(fixture, sent.person)).toEqual({ ...nothing, rows });

    // Said again it changes nothing: no second verdict, no other work.
    await complete(sent);
    expect(await fixture.work()).toEqual([]);
    expect(await leftBehind(fixture, sent.person)).toEqual({ ...nothing, rows });
  });

  it('reuses an IV is rejected as reused_iv, and the one that had it before stays', async () => {
    const person = await fixture.person();
    const first = await honestUpload();
    expect(await fixture.verdictOn(first, person)).toMatchObject({ status: 'valid' });
    expect(await fixture.verdictOn(first, person)).toMatchObject({ status: 'rejected', reason: 'reused_iv' });
    expect(await leftBehind(fixture, person)).toEqual({
      ...nothing,
      rows: ['valid', 'rejected reused_iv'],
      objects: 1,
      ivs: 1,
      activities: 1,
    });
  });

  it('is exchanged while it is read is judged, and kept, as it was when the reading began', async () => {
    const sent = await begun(await fixture.person(), await honestUpload());
    await uploaded(sent);
    const [first] = await fixture.stored(sent.id);
    await complete(sent);
    const store = await fixture.worker.objectStore();
    fixture.s3.standIn.faults.next({ operation: 'GetObject', kind: 'cut', afterBytes: 10 });
    const read: typeof store.read = async (key, options) => {
      const reading = await store.read(key, options);
      await smuggle(sent.id, recordingOf('wav').bytes);
      return reading;
    };
    await fixture.work({ ...store, read });
    const rows = await fixture.look('select status, object_version from audio_metadata where journal_id = $1', [
      sent.id,
    ]);
    expect(rows).toEqual([{ status: 'valid', object_version: first?.versionId }]);
  });
});

describe('an object that comes after the verdict', () => {
  it('is deleted when the address has closed, unread, and the one that was judged stays', async () => {
    const sent = await begun(await fixture.person(), await honestUpload());
    await uploaded(sent);
    const [judged] = await fixture.stored(sent.id);
    await complete(sent);
    await fixture.work();
    await uploaded(sent, recordingOf('wav').bytes.subarray(0, sent.upload.object.length));
    await uploaded(sent);
    expect(await fixture.work()).toEqual([]);

    await fixture.look(`update job set due_at = now() where kind = 'audio.delete' and subject = $1`, [sent.person.id]);
    expect(await fixture.work()).toMatchObject([{ kind: 'done' }]);
    expect(await fixture.stored(sent.id)).toMatchObject([{ versionId: judged?.versionId, isLatest: true }]);
    expect(await fixture.read(sent.person, sent.id)).toMatchObject({ audio: { status: 'valid' } });
  });
});

describe('somebody else’s journal', () => {
  it('is not there to complete, and its row and object stay as they are', async () => {
    const [owner, other] = [await fixture.person(), await fixture.person()];
    const sent = await begun(owner, await honestUpload());
    await uploaded(sent);
    expect(problemOf(await fixture.complete(other, sent.id))).toMatchObject({ status: 404, code: 'not_found' });
    expect(await fixture.work()).toEqual([]);
    expect(await leftBehind(fixture, other)).toEqual(nothing);
    expect(await leftBehind(fixture, owner)).toEqual({ ...nothing, rows: ['pending'], objects: 1 });
  });
});

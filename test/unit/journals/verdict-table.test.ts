import { beforeAll, describe, expect, it } from '@jest/globals';
import type { EnvelopeVersion } from '../../../docs/client/recording-envelope.ts';
import { capProblem } from '../../../shared/journals/caps.ts';
import type { RejectionReason } from '../../../shared/journals/rejection.ts';
import { ciphertext } from '../../support/audio/ciphertext.ts';
import { declaring, type JudgedUpload, uploadOf, verdictOn } from '../../support/audio/judged-upload.ts';
import { checksumOf, unencrypted } from '../../support/audio/unencrypted.ts';
import { type Recording, voiceRecordings } from '../../support/phones/recordings.ts';

const recordings = voiceRecordings();
const versions: EnvelopeVersion[] = [1, 2, 3];
const honest = new Map<string, JudgedUpload>();

beforeAll(async () => {
  for (const recording of recordings)
    for (const version of versions) honest.set(`${recording.file} ${version}`, await uploadOf(recording, version));
});

const honestUpload = ({ file }: Recording, version: EnvelopeVersion): JudgedUpload => {
  const upload = honest.get(`${file} ${version}`);
  if (!upload) throw new Error(`no upload of ${file}`);
  return upload;
};

/** What a phone gets wrong, in one thing only; `null` where it cannot in this envelope. */
type Change = (upload: JudgedUpload, recording: Recording, version: EnvelopeVersion) => JudgedUpload | null;

const declaringIv =
  (ivOf: (declared: Buffer) => Uint8Array): Change =>
  (upload) => {
    const { envelope } = upload.declared.audio;
    const iv = Buffer.from(ivOf(Buffer.from(envelope.iv, 'base64'))).toString('base64');
    return { ...upload, declared: declaring(upload.declared, { envelope: { ...envelope, iv } }) };
  };

const sending =
  (change: (object: Uint8Array) => Uint8Array): Change =>
  (upload) => ({ ...upload, object: change(upload.object) });

const declaringWrong =
  (audio: Parameters<typeof declaring>[1]): Change =>
  (upload) => ({ ...upload, declared: declaring(upload.declared, audio) });

const lasting =
  (secondsOf: (recording: Recording) => number): Change =>
  (upload, recording) => ({ ...upload, declared: { ...upload.declared, durationSeconds: secondsOf(recording) } });

const capped =
  (cap: (recording: Recording) => NonNullable<JudgedUpload['cap']>): Change =>
  (upload, recording) => ({ ...upload, cap: cap(recording) });

/** Size and checksum fit what is sent: nothing but its content gives it away. */
const sendingUnencrypted =
  (part: (bytes: Uint8Array) => Uint8Array): Change =>
  ({ declared }, { bytes }, version) => {
    const iv = Buffer.from(declared.audio.envelope.iv, 'base64');
    const object = unencrypted(part(bytes), { version, iv });
    return { object, declared: declaring(declared, { fileSize: part(bytes).length, checksum: checksumOf(object) }) };
  };

const refused: [RejectionReason, what: string, Change][] = [
  ['plaintext_audio', 'the recording in the clear, laid out as its envelope is', sendingUnencrypted((bytes) => bytes)],
  ['plaintext_audio', 'it without its first 1 KiB', sendingUnencrypted((bytes) => bytes.subarray(1_024))],
  [
    'plaintext_audio',
    'the file as it is, under the declaration of the object',
    (upload, { bytes }) => ({ ...upload, object: bytes }),
  ],
  ['wrong_size', 'nothing', sending(() => new Uint8Array())],
  ['wrong_size', 'one byte less', sending((object) => object.subarray(0, -1))],
  ['wrong_size', 'one byte more', sending((object) => new Uint8Array([...object, 7]))],
  ['wrong_size', 'the object without its tag', sending((object) => object.subarray(0, -16))],
  [
    'wrong_size',
    'an object of which the size was declared',
    (upload) => ({ ...upload, declared: declaring(upload.declared, { fileSize: upload.object.length }) }),
  ],
  [
    'wrong_checksum',
    'an object in which a bit has changed',
    sending((object) => object.with(object.length >> 1, (object[object.length >> 1] ?? 0) ^ 1)),
  ],
  ['wrong_checksum', 'another ciphertext of the same size', sending((object) => ciphertext(1, object.length))],
  [
    'wrong_checksum',
    'the checksum of the recording',
    (upload, { bytes }) => ({ ...upload, declared: declaring(upload.declared, { checksum: checksumOf(bytes) }) }),
  ],
  ['bad_iv', 'an IV of 11 bytes', declaringIv((iv) => iv.subarray(0, 11))],
  ['bad_iv', 'an IV of 13 bytes', declaringIv((iv) => Buffer.concat([iv, Buffer.of(0)]))],
  ['bad_iv', 'an IV of zeros', declaringIv(() => new Uint8Array(12))],
  ['bad_iv', 'an IV that counts', declaringIv(() => Uint8Array.from({ length: 12 }, (_, at) => at))],
  [
    'bad_iv',
    'in version 2 an IV that is not the object’s',
    (upload, recording, version) =>
      version === 2 ? declaringIv((iv) => iv.toReversed())(upload, recording, version) : null,
  ],
  [
    'bad_iv',
    'in version 3 an IV whose counter has begun',
    (upload, recording, version) =>
      version === 3 ? declaringIv((iv) => iv.with(11, 1))(upload, recording, version) : null,
  ],
  ['reused_iv', 'an IV that the caller has found again', (upload) => ({ ...upload, found: ['reused_iv'] })],
  ['too_large', 'more bytes than its owner may record', capped(({ size }) => ({ bytes: size - 1, seconds: 900 }))],
  [
    'too_long',
    'more seconds than its owner may record',
    capped(({ durationSeconds }) => ({ bytes: 50_000_000, seconds: durationSeconds - 0.001 })),
  ],
  ['impossible_format', 'a sample rate that no format has', declaringWrong({ sampleRate: 16_001 })],
  ['impossible_format', 'three channels', declaringWrong({ channels: 3 })],
  ['impossible_format', 'a bit rate of 1', declaringWrong({ bitRate: 1 })],
  ['impossible_format', 'a bit rate of 10 Mbit/s', declaringWrong({ bitRate: 10_000_001 })],
  ['impossible_duration', 'less than a second', lasting(() => 0.999)],
  ['impossible_duration', 'ten times the seconds', lasting(({ durationSeconds }) => 10 * durationSeconds)],
];

describe.each(recordings)('the verdict on $file', (recording) => {
  it('is valid in every envelope', () => {
    for (const version of versions)
      expect([version, verdictOn(honestUpload(recording, version))]).toEqual([version, { status: 'valid' }]);
  });

  it('is valid where it is exactly what its owner may record', () => {
    const cap = { bytes: recording.size, seconds: recording.durationSeconds };
    expect(capProblem({ fileSize: recording.size, durationSeconds: recording.durationSeconds }, cap)).toBeNull();
    for (const version of versions)
      expect(verdictOn({ ...honestUpload(recording, version), cap })).toEqual({ status: 'valid' });
  });

  it.each(refused)('is %s for %s', (reason, _what, change) => {
    for (const version of versions) {
      const upload = change(honestUpload(recording, version), recording, version);
      if (upload) expect([version, verdictOn(upload)]).toMatchObject([version, { status: 'rejected', reason }]);
    }
  });
});

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultRecordingCaps } from '../../../shared/journals/caps.ts';
import {
  DeclaredAudio,
  type DeclaredRecording,
  declarationProblems,
} from '../../../shared/journals/declared-recording.ts';
import { objectSize } from '../../../shared/journals/envelope.ts';
import { AudioFormat } from '../../../shared/journals/format-table.ts';
import { rejectionReasons } from '../../../shared/journals/rejection.ts';
import type { Verdict } from '../../../shared/journals/validation.ts';
import { ciphertext } from '../../support/audio/ciphertext.ts';
import { type JudgedUpload, judgeOf, uploadOf } from '../../support/audio/judged-upload.ts';
import { leakIn } from '../../support/audio/leak-figures.ts';
import { checksumOf } from '../../support/audio/unencrypted.ts';
import { voiceRecordings } from '../../support/phones/recordings.ts';

const cap = defaultRecordingCaps.standard;
const recordings = voiceRecordings();
const honest: JudgedUpload[] = [];
beforeAll(async () => {
  for (const recording of recordings)
    for (const version of [1, 2, 3] as const) honest.push(await uploadOf(recording, version));
});

const anyNumber = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, 1, 8_000, 16_000, 48_000, 2 ** 31, 2 ** 53));
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.tuple(fc.nat(), fc.nat(80_000)).map(([seed, length]) => ciphertext(seed, length)),
  fc
    .tuple(fc.constantFrom(...recordings), fc.nat(9_000), fc.nat(70_000))
    .map(([{ bytes }, from, length]) => bytes.subarray(from, from + length)),
  fc.tuple(fc.nat(255), fc.nat(70_000)).map(([byte, length]) => new Uint8Array(length).fill(byte)),
);
const envelope = fc.record({
  version: fc.constantFrom(1 as const, 2 as const, 3 as const),
  algorithm: fc.constant('AES-256-GCM' as const),
  iv: fc.oneof(fc.string({ maxLength: 64 }), fc.base64String({ minLength: 16, maxLength: 16 })),
  keyId: fc.string({ maxLength: 128 }),
});
const audio = fc.record({
  format: fc.constantFrom(...AudioFormat.options),
  sampleRate: anyNumber,
  bitRate: anyNumber,
  channels: anyNumber,
  fileSize: anyNumber,
  checksum: fc.oneof(fc.string(), fc.base64String({ minLength: 44, maxLength: 44 })),
  envelope,
});
const anyDeclaration: fc.Arbitrary<DeclaredRecording> = fc.record({ durationSeconds: anyNumber, audio });
/** An honest upload of which up to two things were changed, in what was said or in what was sent. */
const nearlyHonest = fc
  .record({
    at: fc.nat(29),
    changes: fc.option(
      fc.tuple(fc.subarray(['sampleRate', 'fileSize', 'checksum', 'envelope'] as const, { maxLength: 2 }), audio),
    ),
    durationSeconds: fc.option(anyNumber),
    object: fc.option(anyBytes),
  })
  .map(({ at, changes, durationSeconds, object }): JudgedUpload => {
    const upload = honest[at];
    if (!upload) throw new Error('no honest upload');
    const changed = Object.fromEntries((changes?.[0] ?? []).map((name) => [name, changes?.[1][name]]));
    const declared = {
      durationSeconds: durationSeconds ?? upload.declared.durationSeconds,
      audio: { ...upload.declared.audio, ...changed },
    };
    return { object: object ?? upload.object, declared };
  });
const anyUpload = fc.oneof(fc.record({ object: anyBytes, declared: anyDeclaration }), nearlyHonest);
const lengthsOfPieces = fc.array(fc.nat(40_000), { minLength: 1, maxLength: 5 });

describe('whatever is declared and whatever is sent', () => {
  it('the verdict is valid only where all holds, and otherwise a documented reason', () => {
    const seen = new Map<string, number>();
    const documented = reasonsInTheDocumentation();
    fc.assert(
      fc.property(anyUpload, lengthsOfPieces, ({ object, declared }, lengths) => {
        const verdict = judged({ object, declared }, lengths);
        const outcome = verdict.status === 'valid' ? 'valid' : verdict.reason;
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        if (verdict.status === 'valid') expect(wrongWith({ object, declared })).toEqual([]);
        else expect(documented).toContain(verdict.reason);
        expect('leak' in verdict).toBe(outcome === 'plaintext_audio');
      }),
      { numRuns: 1_500, seed: 20_261_121 },
    );
    // It has been everywhere that the bytes and the declaration lead to.
    const reachable = ['valid', 'plaintext_audio', 'wrong_size', 'wrong_checksum', 'bad_iv', 'impossible_duration'];
    expect([...seen.keys()]).toEqual(expect.arrayContaining(reachable));
  }, 60_000);

  it('a declaration that has the right shape is accepted or refused for documented reasons', () => {
    const documented = reasonsInTheDocumentation();
    fc.assert(
      fc.property(anyDeclaration, ({ durationSeconds, audio: declared }) => {
        const problems = declarationProblems({ durationSeconds, audio: declared }, cap);
        for (const { code } of problems) expect(documented).toContain(code);
        const isWhole = DeclaredAudio.safeParse(declared).success;
        if (isWhole && problems.length === 0) expect(durationSeconds).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 2_000, seed: 21 },
    );
  });

  it('200 MB are judged with less than 1 MiB of memory, and no piece is kept', () => {
    const pool = ciphertext(4, 4 * 1_048_576);
    const piece = new Uint8Array(65_536);
    const pieces = Math.floor(200_000_000 / piece.length);
    const declared = ofSize(pieces * piece.length - 16);
    const judge = judgeOf(declared, defaultRecordingCaps.premium);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    for (let at = 0; at < pieces; at++) {
      piece.set(pool.subarray((at * piece.length) % pool.length).subarray(0, piece.length));
      expect(judge.push(piece)).toBe(true);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(judge.finish()).toEqual({ status: 'rejected', reason: 'wrong_checksum' });
    expect(most).toBeLessThan(1_048_576);
  }, 60_000);
});

describe('the reasons in docs/encrypted-audio.md', () => {
  it('are all there are, in the order in which one is chosen', () => {
    expect(reasonsInTheDocumentation()).toEqual(rejectionReasons);
  });
});

function judged({ object, declared }: JudgedUpload, lengths: readonly number[]): Verdict {
  const judge = judgeOf(declared);
  for (let at = 0, turn = 0; at < object.length; turn++) {
    const length = (lengths[turn % lengths.length] ?? 0) + 1;
    if (!judge.push(object.subarray(at, at + length))) break;
    at += length;
  }
  return judge.finish();
}

/** What is wrong with an upload, told without the judge. */
function wrongWith({ object, declared }: JudgedUpload): string[] {
  const { fileSize, checksum, envelope: said } = declared.audio;
  return [
    ...declarationProblems(declared, cap).map(({ code }) => code),
    ...(objectSize(fileSize, said.version) === object.length ? [] : ['wrong_size']),
    ...(checksumOf(object) === checksum ? [] : ['wrong_checksum']),
    ...(leakIn(object) === null ? [] : ['plaintext_audio']),
    ...(said.version !== 2 || Buffer.from(object.subarray(0, 12)).toString('base64') === said.iv ? [] : ['bad_iv']),
  ];
}

/** A possible declaration of an hour and less, of an object of `fileSize` + 16 bytes. */
const ofSize = (fileSize: number): DeclaredRecording => ({
  durationSeconds: fileSize / 192_000,
  audio: {
    format: 'wav',
    sampleRate: 48_000,
    bitRate: 1_536_000,
    channels: 2,
    fileSize,
    checksum: checksumOf(new Uint8Array()),
    envelope: { version: 1, algorithm: 'AES-256-GCM', iv: 'P5EHxFriGG2zcCz4', keyId: 'key-1' },
  },
});

function reasonsInTheDocumentation(): string[] {
  const text = readFileSync(new URL('../../../docs/encrypted-audio.md', import.meta.url), 'utf8');
  const table = text.slice(text.indexOf('| `audio.reason`')).split('\n\n')[0] ?? '';
  return [...table.matchAll(/^\| `([a-z_]+)`/gm)].map(([, reason = '']) => reason);
}

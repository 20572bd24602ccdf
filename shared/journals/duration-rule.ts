import { amrFrameSeconds, amrMagicBytes, amrModes } from './amr-frames.ts';
import { type AudioParameters, mp3ConstantBitRates } from './format-table.ts';

/** Bytes of the recording before encryption, and its length in seconds. */
export type RecordingLength = AudioParameters & { fileSize: number; durationSeconds: number };

export type DurationProblem = 'too_short' | 'too_long' | 'too_few_bytes' | 'too_many_bytes';

/** How far bytes and duration may disagree. Sizes in bytes, durations in seconds, the rest as factors. */
export type DurationTolerance = {
  shortest: number;
  longest: number;
  pcmSlack: number;
  amr: { share: number; frames: number };
  constant: { share: number; slack: number };
  variable: { least: number; most: number };
};

const defaultDurationTolerance: DurationTolerance = {
  shortest: 1,
  longest: 60 * 60,
  pcmSlack: 4_096,
  // Ten frames are 200 ms: the time between a tap and the first frame. 3 % covers players that estimate AMR's duration.
  amr: { share: 0.03, frames: 10 },
  constant: { share: 0.03, slack: 65_536 },
  variable: { least: 0.25, most: 2 },
};

/**
 * Why a recording of this length cannot have this many bytes, or `null`. PCM is exact, AMR goes by the frames of its
 * mode, MP3 at a constant rate by its rate; AAC, Opus, Vorbis and FLAC follow the voice and get a wide range.
 */
export function durationProblem(
  recording: RecordingLength,
  tolerance: DurationTolerance = defaultDurationTolerance,
): DurationProblem | null {
  if (!(recording.durationSeconds >= tolerance.shortest)) return 'too_short';
  if (recording.durationSeconds > tolerance.longest) return 'too_long';
  const { least, most } = plausibleBytes(recording, tolerance);
  if (recording.fileSize < least) return 'too_few_bytes';
  return recording.fileSize > most ? 'too_many_bytes' : null;
}

type ByteRange = { least: number; most: number };

const around = (bytes: number, slack: number): ByteRange => ({ least: bytes - slack, most: bytes + slack });

function plausibleBytes(recording: RecordingLength, tolerance: DurationTolerance): ByteRange {
  const { format, bitRate, durationSeconds } = recording;
  const expected = (bitRate / 8) * durationSeconds;
  if (format === 'wav') return around(expected, tolerance.pcmSlack);
  if (format === 'amr-nb' || format === 'amr-wb') return amrBytes(recording, format, tolerance.amr);
  if (format === 'mp3' && mp3ConstantBitRates.includes(bitRate)) {
    return around(expected, expected * tolerance.constant.share + tolerance.constant.slack);
  }
  const { least, most } = tolerance.variable;
  return { least: expected * least, most: expected * most + containerBytes[format] };
}

/** What a container may add to a recording of a second: phones reserve up to 28 KiB for an M4A's index. */
const containerBytes = { aac: 4_096, m4a: 32_768, mp3: 4_096, opus: 4_096, ogg: 8_192, flac: 16_384 } as const;

function amrBytes(
  { bitRate, durationSeconds }: RecordingLength,
  format: 'amr-nb' | 'amr-wb',
  tolerance: DurationTolerance['amr'],
): ByteRange {
  const mode = amrModes[format].find((candidate) => candidate.bitRate === bitRate);
  if (!mode) return { least: 0, most: 0 };
  const frames = durationSeconds / amrFrameSeconds;
  const slack = (frames * tolerance.share + tolerance.frames) * mode.frameBytes;
  return around(amrMagicBytes[format] + frames * mode.frameBytes, slack);
}

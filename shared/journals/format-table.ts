import { z } from 'zod';
import { amrModes } from './amr-frames.ts';

export const AudioFormat = z.enum(['wav', 'aac', 'm4a', 'mp3', 'opus', 'ogg', 'flac', 'amr-nb', 'amr-wb']);
export type AudioFormat = z.infer<typeof AudioFormat>;

/** Sample rate in Hz, bit rate in bit/s. */
export type AudioParameters = { format: AudioFormat; sampleRate: number; bitRate: number; channels: number };

/** The first parameter that the format cannot have, or `null`. */
export function formatProblem(audio: AudioParameters): 'sampleRate' | 'channels' | 'bitRate' | null {
  const { sampleRates, maxChannels, allowsBitRate } = formatTable[audio.format];
  if (!sampleRates.includes(audio.sampleRate)) return 'sampleRate';
  if (!Number.isInteger(audio.channels) || audio.channels < 1 || audio.channels > maxChannels) return 'channels';
  return allowsBitRate(audio) ? null : 'bitRate';
}

type FormatRow = {
  sampleRates: readonly number[];
  maxChannels: number;
  allowsBitRate(audio: AudioParameters): boolean;
};

const between = (low: number, high: number) => (audio: AudioParameters) =>
  audio.bitRate >= low && audio.bitRate <= high;

const pcmRates = [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000];
const aacRates = [7_350, 64_000, ...pcmRates];
const pcmSampleBits = [8, 16, 24, 32];

/** Voice is mono or stereo; only AMR's file format is mono by definition. */
const formatTable: Record<AudioFormat, FormatRow> = {
  wav: {
    sampleRates: pcmRates,
    maxChannels: 2,
    allowsBitRate: ({ bitRate, sampleRate, channels }) => pcmSampleBits.includes(bitRate / (sampleRate * channels)),
  },
  aac: { sampleRates: aacRates, maxChannels: 2, allowsBitRate: isAacBitRate },
  m4a: { sampleRates: aacRates, maxChannels: 2, allowsBitRate: isAacBitRate },
  mp3: {
    sampleRates: [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000],
    maxChannels: 2,
    // MPEG-1 begins at 32 kHz and has its own range; between the steps of the table lie the averages of VBR files.
    allowsBitRate: ({ bitRate, sampleRate }) =>
      sampleRate >= 32_000 ? bitRate >= 32_000 && bitRate <= 320_000 : bitRate >= 8_000 && bitRate <= 160_000,
  },
  opus: {
    sampleRates: [8_000, 12_000, 16_000, 24_000, 48_000],
    maxChannels: 2,
    allowsBitRate: between(6_000, 510_000),
  },
  ogg: { sampleRates: pcmRates, maxChannels: 2, allowsBitRate: between(6_000, 510_000) },
  flac: {
    sampleRates: pcmRates,
    maxChannels: 2,
    allowsBitRate: ({ bitRate, sampleRate, channels }) => bitRate >= 1_000 && bitRate <= sampleRate * channels * 32,
  },
  'amr-nb': { sampleRates: [8_000], maxChannels: 1, allowsBitRate: isAmrMode(amrModes['amr-nb']) },
  'amr-wb': { sampleRates: [16_000], maxChannels: 1, allowsBitRate: isAmrMode(amrModes['amr-wb']) },
};

/** A frame of 1,024 samples holds at most 6,144 bits per channel (ISO/IEC 14496-3 §4.5.3.3). */
function isAacBitRate({ bitRate, sampleRate, channels }: AudioParameters): boolean {
  return bitRate >= 8_000 && bitRate <= 6 * sampleRate * channels;
}

function isAmrMode(modes: readonly { bitRate: number }[]) {
  return ({ bitRate }: AudioParameters) => modes.some((mode) => mode.bitRate === bitRate);
}

/** MP3's constant rates; any other allowed rate is the average of a VBR file. */
export const mp3ConstantBitRates: readonly number[] = [
  8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 192, 224, 256, 320,
].map((kilobits) => kilobits * 1_000);

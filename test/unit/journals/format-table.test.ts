import { describe, expect, it } from '@jest/globals';
import { type AudioParameters, formatProblem } from '../../../shared/journals/format-table.ts';
import { voiceRecordings } from '../../support/phones/recordings.ts';

type Row = [AudioParameters['format'], sampleRate: number, bitRate: number, channels: number];
const problemOf = ([format, sampleRate, bitRate, channels]: Row) =>
  formatProblem({ format, sampleRate, bitRate, channels });

describe('the format table', () => {
  it.each(voiceRecordings())('allows the real recording $file', (recording) => {
    expect(formatProblem(recording)).toBeNull();
  });

  it.each<Row>([
    ['wav', 44_100, 1_411_200, 2],
    ['wav', 8_000, 64_000, 1],
    ['aac', 7_350, 16_000, 1],
    ['m4a', 44_100, 128_000, 2],
    ['mp3', 44_100, 320_000, 2],
    ['mp3', 16_000, 57_123, 1],
    ['opus', 48_000, 6_000, 1],
    ['ogg', 44_100, 112_000, 2],
    ['flac', 96_000, 2_500_000, 2],
    ['amr-nb', 8_000, 4_750, 1],
    ['amr-wb', 16_000, 6_600, 1],
  ])('allows %s at %i Hz and %i bit/s with %i channel(s)', (...row) => {
    expect(problemOf(row)).toBeNull();
  });

  it.each<[...Row, string]>([
    ['wav', 16_001, 256_016, 1, 'sampleRate'],
    ['wav', 16_000, 128_001, 1, 'bitRate'],
    ['wav', 16_000, 256_000, 3, 'channels'],
    ['aac', 16_000, 128_000, 1, 'bitRate'],
    ['m4a', 192_000, 128_000, 1, 'sampleRate'],
    ['mp3', 96_000, 128_000, 1, 'sampleRate'],
    ['mp3', 44_100, 16_000, 1, 'bitRate'],
    ['mp3', 22_050, 320_000, 1, 'bitRate'],
    ['opus', 44_100, 32_000, 1, 'sampleRate'],
    ['opus', 48_000, 5_999, 1, 'bitRate'],
    ['ogg', 48_000, 600_000, 2, 'bitRate'],
    ['flac', 16_000, 512_001, 1, 'bitRate'],
    ['amr-nb', 16_000, 12_200, 1, 'sampleRate'],
    ['amr-nb', 8_000, 64_000, 1, 'bitRate'],
    ['amr-nb', 8_000, 12_200, 2, 'channels'],
    ['amr-wb', 8_000, 23_850, 1, 'sampleRate'],
    ['amr-wb', 16_000, 12_200, 1, 'bitRate'],
    ['opus', 48_000, 24_000, 0, 'channels'],
    ['opus', 48_000, 24_000, 1.5, 'channels'],
  ])('refuses %s at %i Hz and %i bit/s with %d channel(s): %s', (format, sampleRate, bitRate, channels, problem) => {
    expect(problemOf([format, sampleRate, bitRate, channels])).toBe(problem);
  });
});

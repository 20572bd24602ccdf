import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { amrModes } from '../../../shared/journals/amr-frames.ts';
import type { AudioFormat } from '../../../shared/journals/format-table.ts';
import { ciphertext } from '../../support/audio/ciphertext.ts';
import { falseAlarms, leakIn, shareFound } from '../../support/audio/leak-figures.ts';
import { voiceRecordings } from '../../support/phones/recordings.ts';

const recordings = voiceRecordings();

/** The rows of the table of docs/encrypted-audio.md that tells what is found, and the formats each is about. */
const documented: Record<string, AudioFormat[]> = {
  WAV: ['wav'],
  FLAC: ['flac'],
  'AMR-NB, AMR-WB': ['amr-nb', 'amr-wb'],
  MP3: ['mp3'],
  'AAC (ADTS)': ['aac'],
  'Opus, Vorbis in Ogg': ['opus', 'ogg'],
  'AAC in M4A': ['m4a'],
};
const rows = tableAfter('| codec');
const documentedFor = (format: AudioFormat) => {
  const row = rows.find(([codec = '']) => documented[codec]?.includes(format));
  if (!row) throw new Error(`docs/encrypted-audio.md does not say whether ${format} is found`);
  return row;
};

describe('what docs/encrypted-audio.md says is found', () => {
  it('is said of every codec', () => {
    expect(rows.map(([codec]) => codec)).toEqual(Object.keys(documented));
    expect(new Set(recordings.map(({ format }) => format))).toEqual(new Set(Object.values(documented).flat()));
  });

  it.each(recordings)('is found in the whole of $file, by what it names', ({ bytes, format }) => {
    const named = { container_signature: 'signature', frame_pattern: 'frames', byte_distribution: 'byte values' };
    expect(documentedFor(format)[1]).toContain(named[leakIn(bytes) ?? 'byte_distribution']);
  });

  it.each(recordings)('is found in $file without its first 1 KiB, or is said not to be', ({ bytes, format }) => {
    const isFound = leakIn(bytes.subarray(1_024)) !== null;
    expect(documentedFor(format)[2]).toMatch(isFound ? /^yes/ : /^no/);
  });

  it.each(recordings)('is found in any 4 KiB of $file, or is said not to be', ({ bytes, format }) => {
    const share = shareFound(bytes, 4_096);
    expect(documentedFor(format)[3]).toMatch(share === 1 ? /^always/ : /^every second piece/);
    expect(share).toBeGreaterThan(0.4);
    // The recording of AMR-NB is shorter than that.
    if (bytes.length > 8_192) expect(shareFound(bytes, 8_192)).toBe(1);
  });
});

describe('AMR', () => {
  const modes = (['amr-nb', 'amr-wb'] as const).flatMap((format) =>
    amrModes[format].map(({ bitRate, frameBytes }, type) => ({ format, bitRate, frameBytes, type })),
  );

  it.each(modes)('is found in frames of $format at $bitRate bit/s without their magic line', (mode) => {
    const frames = ciphertext(1, 12 * mode.frameBytes);
    for (let at = 0; at < frames.length; at += mode.frameBytes) frames[at] = (mode.type << 3) | 4;
    expect(leakIn(frames.subarray(mode.frameBytes - 1))).toBe('frame_pattern');
  });
});

describe('random ciphertext', () => {
  // `npm run bench -- leaks` looks at 20,000.
  it('raises no false alarm in 2,000 objects of 64 KiB', () => {
    expect(falseAlarms(2_000)).toEqual([]);
  }, 120_000);

  it('raises none in objects of a few bytes to a few KiB', () => {
    for (const bytes of [0, 1, 11, 12, 28, 100, 1_000, 4_095, 4_096, 10_000])
      expect([bytes, falseAlarms(50, bytes)]).toEqual([bytes, []]);
  });
});

/** The cells of a Markdown table, below its heading. */
function tableAfter(heading: string): string[][] {
  const text = readFileSync(new URL('../../../docs/encrypted-audio.md', import.meta.url), 'utf8');
  const lines = text.slice(text.indexOf(heading)).split('\n');
  return lines.slice(2, lines.indexOf('')).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

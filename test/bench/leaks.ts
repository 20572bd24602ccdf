import { falseAlarms, leakIn, shareFound } from '../support/audio/leak-figures.ts';
import { voiceRecordings } from '../support/phones/recordings.ts';
import type { Bench, Measured } from './bench.ts';

/** Found even when a recording has lost its first 1 KiB; for other formats docs/encrypted-audio.md tells. */
const FOUND_WHEN_CUT = ['wav', 'flac', 'amr-nb', 'amr-wb'];

/** How reliable the search for plaintext is: false alarms in random ciphertexts, leaks found in the voice recordings. */
export const leaksBench: Bench = async ({ quick, onStep }) => {
  const objects = quick ? 1_000 : 20_000;
  onStep(`false alarms in ${objects} random ciphertexts of 64 KiB`);
  const alarms = falseAlarms(objects).length;
  const measured: Measured = {
    subjects: { 'random ciphertexts': { objects, falseAlarms: alarms } },
    ratios: {},
    bars: [{ what: 'false alarms', value: alarms, atMost: 0 }],
  };
  onStep('leaks found in the recordings: whole, cut, and in pieces');
  for (const { file, format, bytes } of voiceRecordings()) {
    const whole = found(bytes);
    const withoutFirst1KiB = found(bytes.subarray(1_024));
    measured.subjects[file] = {
      whole,
      withoutFirst1KiB,
      shareOf4KiBPieces: shareFound(bytes, 4_096),
      shareOf1KiBPieces: shareFound(bytes, 1_024),
    };
    measured.bars.push({ what: `${file} found whole`, value: whole, atLeast: 1 });
    if (FOUND_WHEN_CUT.includes(format))
      measured.bars.push({ what: `${file} found without its first 1 KiB`, value: withoutFirst1KiB, atLeast: 1 });
  }
  return measured;
};

/** 1 or 0, as a share. */
const found = (object: Uint8Array): number => (leakIn(object) === null ? 0 : 1);

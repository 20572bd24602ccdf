import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { voiceRecordings } from '../../support/phones/recordings.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/audio');

it('the recordings of the tests are real ones in every format, and together less than 1 MB', () => {
  const formats = new Set(voiceRecordings().map(({ format }) => format));
  expect([...formats].sort()).toEqual(['aac', 'amr-nb', 'amr-wb', 'flac', 'm4a', 'mp3', 'ogg', 'opus', 'wav']);
  const bytes = readdirSync(FOLDER).reduce((sum, name) => sum + statSync(join(FOLDER, name)).size, 0);
  expect(bytes).toBeLessThan(1_000_000);
});

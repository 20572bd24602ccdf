import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AudioFormat } from '../../../shared/journals/format-table.ts';

/** One of the committed voice recordings, with its true parameters: seconds, Hz, bit/s. */
export type Recording = z.infer<typeof ManifestEntry> & { bytes: Uint8Array };

/** All voice recordings in test/fixtures/audio, one or more of each format. */
export const voiceRecordings = (): Recording[] =>
  Manifest.parse(JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8'))).map((entry) => ({
    ...entry,
    bytes: new Uint8Array(readFileSync(new URL(entry.file, folder))),
  }));

const folder = new URL('../../fixtures/audio/', import.meta.url);

const ManifestEntry = z.strictObject({
  file: z.string(),
  format: AudioFormat,
  durationSeconds: z.number(),
  sampleRate: z.int(),
  bitRate: z.int(),
  channels: z.int(),
  size: z.int(),
});
const Manifest = z.array(ManifestEntry);

import { z } from 'zod';
import type { Deps } from '../../../shared/compose.ts';
import { type AudioStatus, Envelope, type StoredRecording } from '../../../shared/journals/index.ts';
import { type AppError, notFound, permanent } from '../../../shared/platform/errors.ts';
import { InstantText, instantText } from '../../../shared/platform/time/instant.ts';

/** Long enough to begin a download with; a player that goes on later asks anew. */
const PLAYBACK_SECONDS = 60;

/** Where to fetch the ciphertext from, and how it is laid out. */
export const PlaybackView = z
  .object({
    url: z.string().meta({ description: 'Takes GET, also with `Range`. No other header is needed.' }),
    expiresAt: InstantText.meta({ description: 'At most 60 seconds away. What was begun by then goes on.' }),
    envelope: Envelope,
  })
  .meta({ id: 'Playback' });

/** The address of exactly the version that was found valid: whatever was uploaded later is never given out. */
export async function playbackOf(
  { objectKey, objectVersion, envelope }: StoredRecording,
  { objectStore, clock }: Pick<Deps, 'objectStore' | 'clock'>,
): Promise<z.input<typeof PlaybackView>> {
  const store = await objectStore();
  const expiresAt = instantText(clock.now().add({ seconds: PLAYBACK_SECONDS }));
  const version = objectVersion === null ? {} : { versionId: objectVersion };
  const url = await store.presignGet(objectKey, { ...version, expiresInSeconds: PLAYBACK_SECONDS });
  return { url, expiresAt, envelope };
}

/** Why a recording that is not valid cannot be played or shared: not yet, or never. */
export function unplayable(status: AudioStatus | undefined): AppError {
  if (status === undefined) return notFound('journal');
  if (status === 'pending' || status === 'validating')
    return permanent('recording_not_ready', 'The recording has not been judged yet: complete the journal, and wait.');
  return permanent('recording_unavailable', 'The recording was not accepted, and nothing of it was kept.');
}

import { z } from 'zod';
import { findRecording } from '../../../shared/journals/index.ts';
import { JournalId } from '../../../shared/platform/ids.ts';
import { defineRoute } from '../../route.ts';
import { PlaybackView, playbackOf, unplayable } from './playback.ts';

export const getAudio = defineRoute(
  {
    method: 'GET',
    path: '/journals/{id}/audio',
    summary: 'Play a voice journal',
    description: 'Answers where its ciphertext can be fetched for the next minute. Only phones of yours have the key.',
    tag: 'journals',
    who: 'user',
    params: z.object({ id: JournalId }),
    response: PlaybackView,
    problems: ['recording_not_ready', 'recording_unavailable'],
  },
  {
    // Signed before the transaction that proves the session: nothing leaves until that has.
    prepare: async ({ deps, user, params: { id } }) => {
      const recording = await deps.database.transaction({ userId: user.id }, (tx) => findRecording(tx, id));
      if (recording?.status !== 'valid') return { status: recording?.status };
      return { status: recording.status, playback: await playbackOf(recording, deps) };
    },
    handle: async ({ prepared: { status, playback } }) => {
      if (!playback) throw unplayable(status);
      return { body: playback };
    },
  },
);

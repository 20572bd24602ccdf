import { z } from 'zod';
import {
  countDownload,
  DeclaredAudio,
  findShared,
  type SharedRecording,
  shareOwner,
  shareTokenHash,
} from '../../shared/journals/index.ts';
import type { Database } from '../../shared/platform/database/database.ts';
import { notFound } from '../../shared/platform/errors.ts';
import { newId, type UserId } from '../../shared/platform/ids.ts';
import { defineRoute } from '../route.ts';
import { PlaybackView, playbackOf } from './journals/playback.ts';

/** What a player needs, and nothing about whose recording it is. */
const SharedView = PlaybackView.extend({
  durationSeconds: z.number(),
  audio: DeclaredAudio.omit({ envelope: true }),
}).meta({ id: 'SharedRecording' });

export const getShared = defineRoute(
  {
    method: 'GET',
    path: '/shared/{token}',
    summary: 'Open a shared recording',
    description: `For whoever was given the link; no account is needed. Each answer counts as one of the link's downloads, a HEAD does not.
A link that is unknown, over, used up or taken back, and one whose recording or owner has gone, is a 404 alike.`,
    tag: 'journals',
    who: 'anyone',
    params: z.object({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
    response: SharedView,
  },
  {
    prepare: async ({ deps, params: { token }, clock }) => {
      const tokenHash = shareTokenHash(token);
      const found = await sharedBy(tokenHash, deps.database, clock.now());
      // Signed before it is counted: where the store is away, no download is used up.
      return found && { ...found, tokenHash, playback: await playbackOf(found.recording, deps) };
    },
    handle: async ({ deps, clock, headersOnly, prepared }) => {
      if (!prepared) throw notFound('shared recording');
      const { ownerId, recording, tokenHash, playback } = prepared;
      const { shareId, durationSeconds, audio } = recording;
      if (!headersOnly) {
        const isCounted = await deps.database.transaction({ userId: ownerId }, (tx) =>
          countDownload(tx, tokenHash, clock.now()),
        );
        if (!isCounted) throw notFound('shared recording');
        const fields = { category: 'security', share_id: shareId, user_id: ownerId } as const;
        deps.logger.info(fields, 'A shared recording was opened');
      }
      return { body: { ...playback, durationSeconds, audio } };
    },
  },
);

/** A token that nobody has is looked for among the rows of nobody: it must take as long as one that has ended. */
async function sharedBy(
  tokenHash: Buffer,
  database: Database,
  now: Temporal.Instant,
): Promise<{ ownerId: UserId; recording: SharedRecording } | null> {
  const ownerId = (await shareOwner(database, tokenHash)) ?? newId<UserId>();
  const recording = await database.transaction({ userId: ownerId }, (tx) => findShared(tx, tokenHash, now));
  return recording && { ownerId, recording };
}

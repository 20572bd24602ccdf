import { z } from 'zod';
import { audioStatuses, DeclaredAudio, type Journal, RejectionReason } from '../../../shared/journals/index.ts';
import { CheckinId, JournalId } from '../../../shared/platform/ids.ts';
import { InstantText } from '../../../shared/platform/time/instant.ts';

/** A recording: what the phone declared, and what became of the upload. The server never has the key. */
const AudioView = DeclaredAudio.extend({
  status: z.enum(audioStatuses).meta({ description: '`valid`, `rejected` and `expired` are final.' }),
  reason: RejectionReason.nullable().meta({ description: 'Why it was rejected.' }),
}).meta({ id: 'AudioMetadata' });

/** A journal as its owner sees it. */
export const JournalView = z
  .object({
    id: JournalId,
    title: z.string().nullable(),
    recordedAt: InstantText,
    timeZone: z.string(),
    localDate: z.iso.date().meta({ description: 'The day it belongs to, by the cut-off of then; it never changes.' }),
    durationSeconds: z.number(),
    isFavorite: z.boolean(),
    preCheckinId: CheckinId.nullable(),
    postCheckinId: CheckinId.nullable(),
    audio: AudioView,
    createdAt: InstantText,
    updatedAt: InstantText,
  })
  .meta({ id: 'Journal' }) satisfies z.ZodType<Journal>;

const Address = { url: z.string(), headers: z.record(z.string(), z.string()) };
const PartNumber = z.int().min(1).meta({ description: 'Counted from 1.' });

/** How to upload: this request, with exactly these headers and the object, or the part of it, as its body. */
export const UploadView = z
  .discriminatedUnion('method', [
    z.object({ method: z.literal('PUT'), ...Address, expiresAt: InstantText }),
    z.object({
      method: z.literal('MULTIPART'),
      partSize: z.int().meta({ description: 'Bytes of every part but the last.' }),
      parts: z
        .array(z.object({ number: PartNumber, ...Address }))
        .meta({ description: 'The parts that are still to be uploaded, each by PUT.' }),
      uploaded: z
        .array(z.object({ number: PartNumber, etag: z.string() }))
        .meta({ description: 'The parts that are there already.' }),
      expiresAt: InstantText,
    }),
  ])
  .meta({ id: 'Upload', description: 'Over 32 MiB an object is uploaded in parts.' });

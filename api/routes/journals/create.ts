import { z } from 'zod';
import { findAccount, getAccount, type Role } from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import {
  createJournal,
  DeclaredAudio,
  declarationProblems,
  declaredParts,
  newObjectKey,
  objectSize,
  type Part,
  partBytes,
  partChecksumsProblem,
  recordingCap,
  recordMultipart,
  Sha256,
} from '../../../shared/journals/index.ts';
import { boundedText } from '../../../shared/platform/bounded-text.ts';
import { type FieldProblem, permanent } from '../../../shared/platform/errors.ts';
import { type JournalId, newId } from '../../../shared/platform/ids.ts';
import { factTimeProblem } from '../../../shared/platform/time/fact-time.ts';
import { Instant } from '../../../shared/platform/time/instant.ts';
import { localDateOf, TimeZone } from '../../../shared/platform/time/local-date.ts';
import { defineRoute, type SignedInUser } from '../../route.ts';
import { ownCipher } from '../own-cipher.ts';
import { JournalCheckin, recordCheckinsAround } from './checkins.ts';
import { objectType, partUploads, singleUpload } from './upload-addresses.ts';
import { JournalView, UploadView } from './views.ts';

const NewAudio = DeclaredAudio.extend({
  partChecksums: z.array(Sha256).max(1_000).optional().meta({
    description:
      'Of an object over 32 MiB: the SHA-256 of each 16 MiB of it. The object store then refuses any other part.',
  }),
}).meta({ id: 'NewAudio' });

const NewJournal = z
  .strictObject({
    title: boundedText(200).optional(),
    recordedAt: Instant,
    timeZone: TimeZone,
    durationSeconds: z.number().positive().meta({ description: 'Of the samples; may have a fraction.' }),
    audio: NewAudio,
    preCheckin: JournalCheckin.optional(),
    postCheckin: JournalCheckin.optional(),
  })
  .meta({ id: 'NewJournal' });

export const postJournal = defineRoute(
  {
    method: 'POST',
    path: '/journals',
    summary: 'Begin a voice journal',
    description:
      'Answers where to upload the encrypted recording, over 32 MiB in parts of 16 MiB. Encrypt it first: the declaration is of the finished object. Once uploaded, complete the journal.',
    tag: 'journals',
    who: 'user',
    body: NewJournal,
    response: z.object({ journal: JournalView, upload: UploadView }),
    status: 201,
    idempotent: true,
  },
  {
    prepare: async (call) => {
      const { deps, user, body } = call;
      // By the widest cap: the token may be of before a change of the tier. `handle` knows the role of now.
      refuseImpossible(body, 'premium', deps.clock.now());
      const id = newId<JournalId>();
      const objectKey = newObjectKey(user.id, id);
      const cipher = await ownCipher(call);
      const parts = declaredParts(body.audio);
      if (parts.length > 0) await refuseByRoleOfNow(call);
      return { id, objectKey, cipher, ...(await uploadTo(objectKey, body.audio, parts, deps)) };
    },
    // Nobody has the addresses of what is given up here. One that escapes this, by a crash, ends with the bucket's lifecycle.
    discard: async ({ objectKey, multipart }, { deps }) => {
      if (multipart) await (await deps.objectStore()).abortMultipart(objectKey, multipart.uploadId);
    },
    // The address leaves only after the commit: nothing can be uploaded that has no row.
    handle: async ({ tx, user, body, clock, deps, prepared }) => {
      const { id, objectKey, cipher, upload, multipart } = prepared;
      const now = clock.now();
      refuseImpossible(body, user.role, now);
      const { title = null, recordedAt, timeZone, durationSeconds, audio } = body;
      const localDate = localDateOf(recordedAt, timeZone, (await getAccount(tx)).dayCutOff);
      const recording = { durationSeconds, audio };
      const journal = await createJournal(
        tx,
        user.id,
        cipher,
        { id, title, recordedAt, timeZone, localDate, objectKey, ...recording },
        now,
      );
      if (multipart) await recordMultipart(tx, id, multipart);
      const checkins = await recordCheckinsAround(tx, user.id, { id, ...body }, { now, cipher, metrics: deps.metrics });
      return { body: { journal: { ...journal, ...checkins }, upload }, location: `/v1/journals/${id}` };
    },
  },
);

/** What can be known to be wrong before anything is uploaded. */
function refuseImpossible(body: z.output<typeof NewJournal>, role: Role, now: Temporal.Instant): void {
  const outOfTime = factTimeProblem(body.recordedAt, now);
  const miscounted = partChecksumsProblem(body.audio);
  const errors: FieldProblem[] = [
    ...(outOfTime ? [{ path: 'recordedAt', code: 'out_of_range', message: outOfTime }] : []),
    ...declarationProblems(body, recordingCap(role)),
    ...(miscounted ? [miscounted] : []),
  ];
  if (errors.length > 0)
    throw permanent('invalid_body', 'The recording is not accepted; `errors` says why.', { errors });
}

/** Before an upload is begun that nobody would be told of. */
async function refuseByRoleOfNow({ deps, user, body }: PrepareCall): Promise<void> {
  const account = await deps.database.transaction({ userId: user.id }, findAccount);
  if (account) refuseImpossible(body, account.role, deps.clock.now());
}

type PrepareCall = { deps: Deps; user: SignedInUser; body: z.output<typeof NewJournal> };

/** Where the object goes. An upload in parts is begun here. */
async function uploadTo(
  objectKey: string,
  { fileSize, envelope, partChecksums }: z.output<typeof NewAudio>,
  parts: readonly Part[],
  { objectStore, clock }: Pick<Deps, 'objectStore' | 'clock'>,
) {
  const store = await objectStore();
  if (parts.length === 0) {
    const size = objectSize(fileSize, envelope.version);
    return { upload: await singleUpload(store, { objectKey, size }, clock), multipart: null };
  }
  const checksummed = partChecksums !== undefined;
  const uploadId = await store.beginMultipart(objectKey, { contentType: objectType, checksummed });
  const multipart = { uploadId, partSize: partBytes, partChecksums: partChecksums ?? null };
  return { upload: await partUploads(store, { objectKey, parts, ...multipart }, [], clock), multipart };
}

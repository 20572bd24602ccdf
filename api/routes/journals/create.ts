import { z } from 'zod';
import { getAccount, type Role } from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import {
  createJournal,
  DeclaredAudio,
  declarationProblems,
  newObjectKey,
  objectSize,
  recordingCap,
  uploadProblem,
  uploadSeconds,
} from '../../../shared/journals/index.ts';
import { boundedText } from '../../../shared/platform/bounded-text.ts';
import { type FieldProblem, permanent } from '../../../shared/platform/errors.ts';
import { type JournalId, newId } from '../../../shared/platform/ids.ts';
import { factTimeProblem } from '../../../shared/platform/time/fact-time.ts';
import { Instant, instantText } from '../../../shared/platform/time/instant.ts';
import { localDateOf, TimeZone } from '../../../shared/platform/time/local-date.ts';
import { defineRoute } from '../../route.ts';
import { ownCipher } from '../own-cipher.ts';
import { JournalCheckin, recordCheckinsAround } from './checkins.ts';
import { JournalView, UploadView } from './views.ts';

const NewJournal = z
  .strictObject({
    title: boundedText(200).optional(),
    recordedAt: Instant,
    timeZone: TimeZone,
    durationSeconds: z.number().positive().meta({ description: 'Of the samples; may have a fraction.' }),
    audio: DeclaredAudio,
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
      'Answers where to upload the encrypted recording. Encrypt it first: the declaration is of the finished object. Once uploaded, complete the journal.',
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
      return { id, objectKey, cipher: await ownCipher(call), upload: await uploadTo(objectKey, body.audio, deps) };
    },
    // The address leaves only after the commit: nothing can be uploaded that has no row.
    handle: async ({ tx, user, body, clock, deps, prepared: { id, objectKey, cipher, upload } }) => {
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
      const checkins = await recordCheckinsAround(tx, user.id, { id, ...body }, { now, cipher, metrics: deps.metrics });
      return { body: { journal: { ...journal, ...checkins }, upload }, location: `/v1/journals/${id}` };
    },
  },
);

/** What can be known to be wrong before anything is uploaded. */
function refuseImpossible(body: z.output<typeof NewJournal>, role: Role, now: Temporal.Instant): void {
  const outOfTime = factTimeProblem(body.recordedAt, now);
  const tooLarge = uploadProblem(body.audio);
  const errors: FieldProblem[] = [
    ...(outOfTime ? [{ path: 'recordedAt', code: 'out_of_range', message: outOfTime }] : []),
    ...declarationProblems(body, recordingCap(role)),
    ...(tooLarge ? [tooLarge] : []),
  ];
  if (errors.length > 0)
    throw permanent('invalid_body', 'The recording is not accepted; `errors` says why.', { errors });
}

async function uploadTo(
  objectKey: string,
  { fileSize, envelope }: z.output<typeof DeclaredAudio>,
  { objectStore, clock }: Pick<Deps, 'objectStore' | 'clock'>,
): Promise<z.input<typeof UploadView>> {
  const expiresAt = instantText(clock.now().add({ seconds: uploadSeconds }));
  const store = await objectStore();
  const upload = await store.presignPut(objectKey, {
    size: objectSize(fileSize, envelope.version),
    contentType: 'application/octet-stream',
    expiresInSeconds: uploadSeconds,
  });
  return { ...upload, expiresAt };
}

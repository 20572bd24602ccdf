import { z } from 'zod';
import { checkinsImport } from '../../../jobs/checkins-import/contract.ts';
import {
  deleteFile,
  MOOD_LEVELS,
  putFile,
  readHeader,
  requireNoImport,
  sealFile,
} from '../../../shared/imports/index.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { permanent } from '../../../shared/platform/errors.ts';
import { type ImportId, newId } from '../../../shared/platform/ids.ts';
import { TimeZone } from '../../../shared/platform/time/local-date.ts';
import { defineRoute } from '../../route.ts';
import { ownCipher } from '../own-cipher.ts';

/** `rad,good,meh,bad,awful`; several names for one level are divided by `|`. */
const Moods = z
  .string()
  .max(1_000)
  .transform((text) => text.split(',').map((names) => names.split('|').map((name) => name.trim())))
  .refine((levels) => levels.length === MOOD_LEVELS && levels.flat().every((name) => name !== ''), {
    error: `Not ${MOOD_LEVELS} names divided by commas.`,
  })
  .refine((levels) => new Set(levels.flat().map((name) => name.toLowerCase())).size === levels.flat().length, {
    error: 'A name stands there twice.',
  });

export const postImport = defineRoute(
  {
    method: 'POST',
    path: '/emotions/import',
    summary: 'Import check-ins from a file',
    description:
      'Takes our own columns (`occurredAt,timeZone,emotionType,intensity,context,notes`) and what Daylio exports, up to 5 MiB of UTF-8, divided by commas or semicolons. Good lines are recorded; the job’s `result.errors` names the others: `{line,code}`, line 1 being the header. Safe to repeat: a line is recorded once. One file at a time: another is refused until the first is done.',
    tag: 'emotions',
    who: 'user',
    limit: 'import',
    query: z.object({
      timeZone: TimeZone.optional().meta({
        description: 'Where times were written down that name no zone, as Daylio’s. Default: your account’s.',
      }),
      moods: Moods.optional().meta({
        description: 'What your moods in Daylio are called, the best first: `rad,good,meh,bad,awful`.',
      }),
    }),
    body: z.string({ error: 'The file is empty.' }).meta({ description: 'The file.' }),
    bodyType: 'text/csv',
    bodyLimit: 'import',
    waits: true,
    idempotent: true,
    problems: ['import_under_way'],
  },
  {
    async prepare(call) {
      const { body, query, user, deps } = call;
      if (!readHeader(body)) throw unknownHeader();
      const cipher = await ownCipher(call);
      const file = { userId: user.id, importId: newId<ImportId>() };
      const wish = { timeZone: query.timeZone ?? null, moods: query.moods ?? null };
      await putFile(await deps.objectStore(), file, sealFile(cipher, file.importId, body, wish));
      return file;
    },
    // One that escapes this, by a crash, is swept.
    discard: async (file, { deps }) => deleteFile(await deps.objectStore(), file),
    async handle({ tx, user, prepared: file, respondLater }) {
      await requireNoImport(tx, checkinsImport.name, user.id);
      return respondLater(enqueue(tx, checkinsImport, file));
    },
  },
);

const unknownHeader = () =>
  permanent('invalid_body', 'The first line names no columns that we know.', {
    errors: [
      {
        path: 'header',
        code: 'unknown_header',
        message: 'Expected occurredAt,timeZone,emotionType,intensity,context,notes or what Daylio exports.',
      },
    ],
  });

import {
  consentHistory,
  type Device,
  getAccount,
  listDevices,
  listSessions,
  type OpenSession,
} from '../accounts/index.ts';
import { type Checkin, listCheckins } from '../emotions/index.ts';
import { insightHistory, type KeptInsight } from '../insights/index.ts';
import { findJournal, type Journal, listJournals } from '../journals/index.ts';
import type { Transaction } from '../platform/database/database.ts';
import type { JournalId, UserId } from '../platform/ids.ts';
import { instantText } from '../platform/time/instant.ts';
import { openOptional, type UserCipher } from '../privacy/index.ts';
import { listAchievements, readUserStreak } from '../progress/index.ts';

/** One file of an export: its path, and its text as it is read, page by page. */
export type ExportFile = { path: string; texts(reader: Reader): AsyncIterable<string> };
export type Reader = { tx: Transaction; userId: UserId; cipher: UserCipher; now: Temporal.Instant };

/** What an export consists of beside its recordings; `journals` says which of those go with which journal. */
export type ExportFiles = { files: readonly ExportFile[]; journals(recordings: ReadonlySet<string>): ExportFile };

const PAGE = 200;
const README_PATH = 'README.txt';

const accountFiles: readonly ExportFile[] = [
  { path: README_PATH, texts: () => once(README) },
  { path: 'profile.json', texts: (reader) => json(profile(reader)) },
  { path: 'consents.json', texts: ({ tx }) => list(pages(async () => (await consentHistory(tx)).map(told('userId')))) },
  { path: 'checkins.json', texts: (reader) => list(checkins(reader)) },
  { path: 'insights.json', texts: ({ tx, userId }) => list(insights(tx, userId)) },
  { path: 'achievements.json', texts: ({ tx, userId }) => list(pages(() => listAchievements(tx, userId))) },
  { path: 'streak.json', texts: ({ tx, userId, now }) => json(readUserStreak(tx, userId, now, undefined)) },
  { path: 'activity.json', texts: ({ tx, userId }) => list(activity(tx, userId)) },
  { path: 'devices.json', texts: (reader) => list(devices(reader)) },
  { path: 'sessions.json', texts: (reader) => list(sessions(reader)) },
];

/** Of everything, or of one journal. */
export const exportFiles = (journalId: JournalId | null): ExportFiles => ({
  files: journalId === null ? accountFiles : accountFiles.filter(({ path }) => path === README_PATH),
  journals: (recordings) => ({
    path: 'journals.json',
    texts: (reader) =>
      list(withFiles(journalId === null ? journals(reader) : oneJournal(reader, journalId), recordings)),
  }),
});

async function profile({ tx, cipher }: Reader) {
  const account = await getAccount(tx);
  const { id, email, role, languagePreference, timeZone, dayCutOff, preferences, settings, encryptionKeySalt } =
    account;
  const displayName = openOptional(cipher, 'account.display_name', account.displayNameSealed);
  const { createdAt, verifiedAt, lastSignInAt } = account;
  return {
    ...{ id, email, displayName, role, languagePreference, timeZone, dayCutOff, preferences, settings },
    ...{ encryptionKeySalt, createdAt, verifiedAt, lastSignInAt },
  };
}

/** Every item of a list that is read a page at a time, each page from behind the last item of the one before. */
async function* paged<Item>(read: (from: { after: Item | undefined; limit: number }) => Promise<readonly Item[]>) {
  for (let after: Item | undefined; ; ) {
    const page: readonly Item[] = await read({ after, limit: PAGE });
    yield* page;
    after = page.at(-1);
    if (page.length < PAGE) return;
  }
}

const checkins = ({ tx, userId, cipher }: Reader) => paged<Checkin>((from) => listCheckins(tx, userId, cipher, from));

const insights = (tx: Transaction, userId: UserId) =>
  paged<KeptInsight>(({ after, limit }) => insightHistory(tx, userId, { after: after?.id, limit }));

const journals = ({ tx, userId, cipher }: Reader) => paged<Journal>((from) => listJournals(tx, userId, cipher, from));

async function* oneJournal({ tx, cipher }: Reader, id: JournalId) {
  const journal = await findJournal(tx, cipher, id);
  if (journal) yield journal;
}

/** `file` is where the recording lies in this export, `null` where it is not in it. */
async function* withFiles(all: AsyncIterable<Journal>, recordings: ReadonlySet<string>) {
  for await (const journal of all) {
    const path = recordingPath(journal.id);
    yield { ...journal, file: recordings.has(path) ? path : null };
  }
}

const activity = (tx: Transaction, userId: UserId) =>
  paged<{ occurredAt: string; sourceId: string }>(({ after, limit }) =>
    tx.query(ACTIVITY, [
      userId,
      after?.occurredAt ?? '-infinity',
      after?.sourceId ?? '00000000-0000-0000-0000-000000000000',
      limit,
    ]),
  );

const ACTIVITY = `
  select kind, source_id as "sourceId", occurred_at::text as "occurredAt", time_zone as "timeZone",
         local_date::text as "localDate", counts
  from activity where user_id = $1 and (occurred_at, source_id) > ($2::timestamptz, $3::uuid)
  order by occurred_at, source_id limit $4`;

async function* devices({ tx, cipher }: Reader) {
  for await (const device of paged<Device>(({ after, limit }) => listDevices(tx, { limit, after: after?.id }))) {
    const { id, deviceId, nameSealed, platform, pushKind, pushToken, lastSeenAt, createdAt } = device;
    const name = cipher.open('device.name', nameSealed);
    yield { id, deviceId, name, platform, pushKind, pushToken, lastSeenAt, createdAt };
  }
}

async function* sessions({ tx, cipher, now }: Reader) {
  const all = paged<OpenSession>(({ after, limit }) => listSessions(tx, { limit, after: after?.id }, now));
  for await (const { deviceNameSealed, ...session } of all)
    yield { ...session, deviceName: cipher.open('session.device_name', deviceNameSealed) };
}

/** Where the recording of a journal lies in an export. */
export const recordingPath = (id: string): string => `recordings/${id}.encrypted`;

const told =
  (hidden: string) =>
  (row: object): object =>
    Object.fromEntries(Object.entries(row).filter(([name]) => name !== hidden));

async function* pages<Item>(read: () => Promise<readonly Item[]>) {
  yield* await read();
}

async function* once(text: string) {
  yield text;
}

async function* json(value: Promise<unknown>) {
  yield `${JSON.stringify(await value, instants, 2)}\n`;
}

/** A JSON array, an item a line. */
export async function* list(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const item of items) {
    yield separator + JSON.stringify(item, instants);
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

/** Instants as everywhere in the API. By what they are called: a test runner that loads Temporal twice has two classes. */
function instants(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key];
  return Object.prototype.toString.call(original) === '[object Temporal.Instant]'
    ? instantText(original as Temporal.Instant)
    : value;
}

const README = `What Amira keeps about you
==========================

manifest.json      every file of this archive with its size and SHA-256, and what had to be left out
profile.json       your account
consents.json      what you have agreed to, and when
checkins.json      how you felt, with your notes
insights.json      what your check-ins were found to show, hidden and ended ones too
journals.json      your voice journals; "file" names the recording
recordings/        the recordings, encrypted on your phone. Only your password or recovery code opens them:
                   the app can; "audio.envelope" in journals.json says how each is encrypted
achievements.json, streak.json, activity.json
devices.json, sessions.json

Times are UTC unless a time zone stands beside them. An export of a single journal has only some of these files.
`;

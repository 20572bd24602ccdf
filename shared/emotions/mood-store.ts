import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import type { FeltMood } from './felt-mood.ts';
import { moodValue } from './mood.ts';
import { partOfDayReader } from './part-of-day.ts';
import type { PatternHistory } from './pattern-tests.ts';
import { ownCheckins, readPlace } from './place-store.ts';
import type { Place } from './trend-window.ts';

/** More than nine a day for six years. What is older would make every analysis dearer and hardly change one. */
const MOST_ANALYSED = 20_000;

/** Check-ins and journals of a person as the statistics see them, and what fixes the dates of a window. */
export type MoodHistory = PatternHistory & {
  place: Place;
  /** All there are; of more than 20,000 `moods` has the newest. */
  checkins: number;
  /** Another as soon as `journals` would be others. */
  journalsPrint: string;
};

/** Null once the account has been erased. */
export async function readMoods(tx: Transaction, userId: UserId): Promise<MoodHistory | null> {
  // First: of a journal that changes before it is read, the analyses then are no longer current.
  const [printed] = await tx.query<{ print: string }>(JOURNALS_PRINT, [userId]);
  const [place, moods, journals] = await Promise.all([
    readPlace(tx, userId),
    tx.query<MoodRow>(MOODS, [userId, MOST_ANALYSED]),
    tx.query<{ startMs: number; endMs: number }>(JOURNALS, [userId]),
  ]);
  if (!place) return null;
  const partOfDay = partOfDayReader();
  return {
    place,
    checkins: moods[0]?.ofAll ?? 0,
    journals,
    journalsPrint: printed?.print ?? '',
    moods: moods.map((row) => feltMood(row, partOfDay(row.occurredAtMs, row.timeZone))),
  };
}

type MoodRow = Omit<FeltMood, 'value' | 'partOfDay'> & {
  timeZone: string;
  valence: number;
  intensity: number;
  ofAll: number;
};

const feltMood = (row: MoodRow, partOfDay: FeltMood['partOfDay']): FeltMood => ({
  occurredAtMs: row.occurredAtMs,
  localDate: row.localDate,
  value: moodValue(row.valence, row.intensity),
  partOfDay,
  category: row.category,
  toolId: row.toolId,
});

const epochMs = (instant: string) => `(extract(epoch from ${instant}) * 1000)::float8`;

const MOODS = `
  select ${epochMs('occurred_at')} as "occurredAtMs", local_date::text as "localDate", time_zone as "timeZone",
         valence, intensity, category, related_tool_id as "toolId",
         (select count(*)::int from ${ownCheckins}) as "ofAll"
  from checkin join emotion_type on emotion_type.id = emotion_type_id
  where user_id = $1 order by occurred_at desc, checkin.id desc limit $2`;

/** A journal whose recording is not, or not yet, found whole may hold nothing. */
const analysedJournals = `
  journal join audio_metadata audio on audio.journal_id = journal.id and audio.status = 'valid'
  where journal.user_id = $1 and deleted_at is null`;

/** Another text as soon as a journal that is analysed comes, goes, or names another check-in. */
export const journalsPrintSql = `(
  select count(*) || ' ' || coalesce(bit_xor(hashtextextended(concat(journal.id, '/', pre_checkin_id, '/', post_checkin_id), 0)), 0)
  from ${analysedJournals})`;

/** From the check-in made for it, or from when it was recorded, to the one made for it afterwards, or to its end. */
const JOURNALS = `
  select ${epochMs('coalesce(before.occurred_at, recorded_at)')} as "startMs",
         ${epochMs("coalesce(after.occurred_at, recorded_at + duration_seconds * interval '1 second')")} as "endMs"
  from (select journal.* from ${analysedJournals}) journal
  left join ${ownCheckins} before on before.source_id = pre_checkin_id
  left join ${ownCheckins} after on after.source_id = post_checkin_id`;

const JOURNALS_PRINT = `select ${journalsPrintSql} as print`;

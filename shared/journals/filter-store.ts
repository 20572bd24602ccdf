import type { Transaction } from '../platform/database/database.ts';
import { LAST_ID, type UserId } from '../platform/ids.ts';
import type { UserCipher } from '../privacy/index.ts';
import { JOURNALS, type Journal, type JournalPosition, type JournalRow, journalOf } from './journal-store.ts';
import { titleMatcher } from './title-match.ts';

/** All that is given must hold. */
export type JournalFilter = {
  /** Recorded at or after `from`, and before `to`. */
  from?: Temporal.Instant | undefined;
  to?: Temporal.Instant | undefined;
  favorite?: boolean | undefined;
  /** Felt before or after the journal. */
  emotionTypeId?: number | undefined;
  minSeconds?: number | undefined;
  maxSeconds?: number | undefined;
  /** Somewhere in the title. */
  title?: string | undefined;
};

/** `next`: where to go on; `null` where nothing is left to look at. */
export type FilteredJournals = { journals: Journal[]; next: JournalPosition | null };

/** Titles that are opened for one page at most; about 20 ms of work. */
const MOST_TITLES = 2_000;
const TITLES_AT_ONCE = 200;

/**
 * The user's journals that pass the filter, the latest recorded first.
 *
 * Titles are sealed, so PostgreSQL decides everything else and they are opened here, a bounded number for each page: it
 * may hold fewer than `limit`, even none, and still have a `next`.
 */
export async function filterJournals(
  tx: Transaction,
  userId: UserId,
  cipher: UserCipher,
  filter: JournalFilter,
  { limit, after }: { limit: number; after: JournalPosition | undefined },
): Promise<FilteredJournals> {
  const passes = filter.title === undefined ? () => true : titled(filter.title);
  const atOnce = filter.title === undefined ? limit + 1 : TITLES_AT_ONCE;
  const found: Journal[] = [];
  let next = after ?? null;
  for (let looked = 0; looked < MOST_TITLES; looked += atOnce) {
    const rows = await tx.query<JournalRow>(FILTER, valuesOf(userId, filter, next, atOnce));
    for (const row of rows) {
      const journal = journalOf(row, cipher);
      if (!passes(journal)) continue;
      // One more than wanted is there: the page ends before it, and is not the last.
      if (found.length === limit) return { journals: found, next: positionOf(found.at(-1)) };
      found.push(journal);
    }
    if (rows.length < atOnce) return { journals: found, next: null };
    next = positionOf(rows.at(-1));
  }
  return { journals: found, next };
}

function titled(wanted: string) {
  const matches = titleMatcher(wanted);
  return ({ title }: Journal) => title !== null && matches(title);
}

const positionOf = (last: JournalPosition | undefined): JournalPosition | null =>
  last ? { recordedAt: last.recordedAt, id: last.id } : null;

const valuesOf = (userId: UserId, filter: JournalFilter, after: JournalPosition | null, atOnce: number) => [
  userId,
  after?.recordedAt ?? 'infinity',
  after?.id ?? LAST_ID,
  filter.from?.toString() ?? '-infinity',
  filter.to?.toString() ?? 'infinity',
  filter.favorite ?? null,
  filter.emotionTypeId ?? null,
  filter.minSeconds ?? 0,
  filter.maxSeconds ?? 'infinity',
  filter.title !== undefined,
  atOnce,
];

const FILTER = `${JOURNALS}
  and journal.user_id = $1 and (journal.recorded_at, journal.id) < ($2::timestamptz, $3::uuid)
  and journal.recorded_at >= $4::timestamptz and journal.recorded_at < $5::timestamptz
  and ($6::boolean is null or journal.is_favorite = $6)
  and ($7::integer is null or exists (
    select from checkin where checkin.id in (journal.pre_checkin_id, journal.post_checkin_id)
      and checkin.emotion_type_id = $7))
  and journal.duration_seconds between $8::float8 and $9::float8
  and (not $10::boolean or journal.title_sealed is not null)
  order by journal.recorded_at desc, journal.id desc limit $11`;

import type { Transaction } from '../platform/database/database.ts';
import { LAST_ID, type UserId } from '../platform/ids.ts';
import { textMatcher } from '../platform/text-match.ts';
import { type FilteredPage, filteredPage, type UserCipher } from '../privacy/index.ts';
import { JOURNALS, type Journal, type JournalPosition, type JournalRow, journalOf } from './journal-store.ts';

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

/** The user's journals that pass the filter, the latest recorded first. */
export function filterJournals(
  tx: Transaction,
  userId: UserId,
  cipher: UserCipher,
  filter: JournalFilter,
  page: { limit: number; after: JournalPosition | undefined },
): Promise<FilteredPage<Journal, JournalPosition>> {
  const passes = filter.title === undefined ? () => true : titled(filter.title);
  return filteredPage(page, {
    read: (after, count) => tx.query<JournalRow>(FILTER, valuesOf(userId, filter, after, count)),
    positionOf: ({ recordedAt, id }) => ({ recordedAt, id }),
    opened: (row) => {
      const journal = journalOf(row, cipher);
      return passes(journal) ? journal : null;
    },
    isSealed: filter.title !== undefined,
  });
}

function titled(wanted: string) {
  const matches = textMatcher(wanted);
  return ({ title }: Journal) => title !== null && matches(title);
}

const valuesOf = (userId: UserId, filter: JournalFilter, after: JournalPosition | null, count: number) => [
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
  count,
];

const FILTER = `${JOURNALS}
  and journal.user_id = $1 and (journal.recorded_at, journal.id) < ($2::timestamptz, $3::uuid)
  and journal.recorded_at >= $4::timestamptz and journal.recorded_at < $5::timestamptz
  and ($6::boolean is null or journal.is_favorite = $6)
  and ($7::integer is null or exists (
    select from activity felt
    join checkin on checkin.user_id = felt.user_id and checkin.occurred_at = felt.occurred_at and checkin.id = felt.source_id
    where felt.user_id = $1 and felt.kind = 'checkin' and felt.source_id in (journal.pre_checkin_id, journal.post_checkin_id)
      and checkin.emotion_type_id = $7))
  and journal.duration_seconds between $8::float8 and $9::float8
  and (not $10::boolean or journal.title_sealed is not null)
  order by journal.recorded_at desc, journal.id desc limit $11`;

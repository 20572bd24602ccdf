import type { Transaction } from '../platform/database/database.ts';
import { LAST_ID, type UserId } from '../platform/ids.ts';
import { textMatcher } from '../platform/text-match.ts';
import { type FilteredPage, filteredPage, openOptional, type UserCipher } from '../privacy/index.ts';
import type { Checkin } from './checkin.ts';
import { CHECKIN_COLUMNS, type CheckinPosition, type CheckinRow, checkinOf } from './checkin-store.ts';

/** All that is given must hold. */
export type CheckinFilter = {
  /** Felt at or after `from`, and before `to`. */
  from?: Temporal.Instant | undefined;
  to?: Temporal.Instant | undefined;
  /** One of them. */
  emotionTypeIds?: readonly number[] | undefined;
  minIntensity?: number | undefined;
  maxIntensity?: number | undefined;
  /** Somewhere in the context. */
  context?: string | undefined;
};

/** The user's check-ins that pass the filter, the latest first. */
export function filterCheckins(
  tx: Transaction,
  userId: UserId,
  cipher: UserCipher,
  filter: CheckinFilter,
  page: { limit: number; after: CheckinPosition | undefined },
): Promise<FilteredPage<Checkin, CheckinPosition>> {
  const passes = filter.context === undefined ? () => true : inContext(filter.context, cipher);
  return filteredPage(page, {
    read: (after, count) => tx.query<CheckinRow>(FILTER, valuesOf(userId, filter, after, count)),
    positionOf: ({ occurredAt, id }) => ({ occurredAt, id }),
    opened: (row) => (passes(row) ? checkinOf(row, cipher) : null),
    isSealed: filter.context !== undefined,
  });
}

/** Opens the context alone: notes are forty times as long, and most rows do not pass. */
function inContext(wanted: string, cipher: UserCipher) {
  const matches = textMatcher(wanted);
  return ({ contextSealed }: CheckinRow): boolean => {
    const context = openOptional(cipher, 'checkin.context', contextSealed);
    return context !== null && matches(context);
  };
}

const valuesOf = (userId: UserId, filter: CheckinFilter, after: CheckinPosition | null, count: number) => [
  userId,
  after?.occurredAt ?? 'infinity',
  after?.id ?? LAST_ID,
  filter.from?.toString() ?? '-infinity',
  filter.to?.toString() ?? 'infinity',
  filter.emotionTypeIds ?? null,
  filter.minIntensity ?? 1,
  filter.maxIntensity ?? 10,
  filter.context !== undefined,
  count,
];

// The bounds of the time stand by themselves, the cursor's beside the comparison of rows as well: only such ones tell
// PostgreSQL which partitions it need not look into.
const FILTER = `
  select ${CHECKIN_COLUMNS} from checkin
  where user_id = $1 and occurred_at <= $2::timestamptz and (occurred_at, id) < ($2::timestamptz, $3::uuid)
  and occurred_at >= $4::timestamptz and occurred_at < $5::timestamptz
  and ($6::smallint[] is null or emotion_type_id = any($6::smallint[]))
  and intensity between $7::smallint and $8::smallint
  and (not $9::boolean or context_sealed is not null)
  order by occurred_at desc, id desc limit $10`;

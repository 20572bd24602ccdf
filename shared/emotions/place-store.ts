import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import { datesOf, type Place, type TrendWindow, type TrendWindowName } from './trend-window.ts';

/** One row for each check-in of the user `$1`, in one table instead of one for each month. */
export const ownCheckins = `(select * from activity where user_id = $1 and kind = 'checkin')`;

/** Where they were last. No local date is further than two days from that of an instant at most as late. */
const lastTimeZone = `
  select time_zone from ${ownCheckins} where local_date >= (select max(local_date) - 2 from ${ownCheckins})
  order by occurred_at desc, source_id desc limit 1`;

/** The columns of a `Place`, of the `account` whose id is `$1`. */
export const placeColumns = `
  account.day_cut_off as "cutOffHours",
  coalesce((${lastTimeZone}), account.time_zone) as "timeZone",
  (select min(local_date)::text from ${ownCheckins}) as "firstDate"`;

/** Null once the account has been erased. */
export async function readPlace(tx: Transaction, userId: UserId): Promise<Place | null> {
  const [place] = await tx.query<Place>(PLACE, [userId]);
  return place ?? null;
}

const PLACE = `select ${placeColumns} from account where account.id = $1`;

/** The dates a window's name stands for now, asked for by whom it is about. */
export async function ownDates(
  tx: Transaction,
  userId: UserId,
  name: TrendWindowName,
  now: Temporal.Instant,
): Promise<TrendWindow> {
  const place = await readPlace(tx, userId);
  if (!place) throw new Error('Who asks has an account.');
  return datesOf(name, place, now);
}

import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import { datesOf, type Place, type TrendWindow, type TrendWindowName } from './trend-window.ts';

/** The columns of a `Place`, of the `account` whose id is `$1`. */
export const placeColumns = `
  account.day_cut_off as "cutOffHours",
  coalesce((select time_zone from checkin where user_id = $1 order by occurred_at desc, id desc limit 1),
           account.time_zone) as "timeZone",
  (select min(local_date)::text from checkin where user_id = $1) as "firstDate"`;

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

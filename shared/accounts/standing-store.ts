import type { Database, Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import type { Role } from './role.ts';

/**
 * What an access token proves: a session of ours, or that another issuer vouched for its user at some time. `sessionId`
 * is null where there is no session of ours to end, list or prove by a second factor.
 */
export type Presented =
  | { readonly sessionId: string; readonly tokenVersion: number }
  | { readonly sessionId: null; readonly issuedAt: Temporal.Instant };

/** What the bearer of an access token is now, whatever the token says. */
export type Standing = { role: Role; secondFactor: boolean };

/**
 * How the bearer of an access token stands; `null` when the session has ended, the token's version is no longer the
 * account's, or another issuer's token is older than the last signing out everywhere: signing out and losing a role take
 * effect with the next request.
 */
export async function standingOf(tx: Transaction, presented: Presented): Promise<Standing | null> {
  const [standing] = await (presented.sessionId === null
    ? tx.query<Standing>(VOUCHED_FOR, [tx.userId, presented.issuedAt.toString()])
    : tx.query<Standing>(LIVE_SESSION, [tx.userId, presented.sessionId, presented.tokenVersion]));
  return standing ?? null;
}

const LIVE_SESSION = `
  select account.role, session.second_factor_at is not null as "secondFactor"
  from account join session on session.user_id = account.id
  where account.id = $1 and account.status = 'active' and account.token_version = $3
    and session.id = $2 and session.revoked_at is null`;

/**
 * How the bearer of a token of before would stand with a new one; `null` where there is nothing to go on with. Tells who lost
 * a role from who must sign in again.
 */
export async function standingSince(tx: Transaction, { sessionId }: Presented): Promise<Standing | null> {
  const [standing] = sessionId === null ? [] : await tx.query<Standing>(CHANGED_SINCE, [tx.userId, sessionId]);
  return standing ?? null;
}

const CHANGED_SINCE = `
  select account.role, session.second_factor_at is not null as "secondFactor"
  from account join session on session.user_id = account.id
  where account.id = $1 and account.status = 'active' and session.id = $2 and session.revoked_at is null`;

/** Of many bearers at once, anybody's: the places of those who no longer stand as their token says. */
export async function endedStandings(
  database: Pick<Database, 'query'>,
  asked: readonly { userId: UserId; presented: Presented }[],
): Promise<number[]> {
  const rows = await database.query<{ place: number }>(ENDED, [
    asked.map(({ userId }) => userId),
    asked.map(({ presented }) => presented.sessionId),
    asked.map(({ presented }) => (presented.sessionId === null ? null : presented.tokenVersion)),
    asked.map(({ presented }) => (presented.sessionId === null ? presented.issuedAt.toString() : null)),
  ]);
  return rows.map(({ place }) => place - 1);
}

const ENDED = 'select place from ended_standings($1::uuid[], $2::uuid[], $3::integer[], $4::timestamptz[])';

const VOUCHED_FOR = `
  select role, false as "secondFactor" from account
  where id = $1 and status = 'active' and (signed_out_at is null or signed_out_at <= $2)`;

import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Database, Transaction } from '../platform/database/database.ts';
import { isUniqueViolation } from '../platform/database/errors.ts';
import { notFound, permanent } from '../platform/errors.ts';
import { newId, type UserId } from '../platform/ids.ts';
import { instantSql } from '../platform/time/instant.ts';
import {
  type AccountChange,
  type AccountStanding,
  changedStanding,
  isAtLeast,
  neededRole,
  needsRole,
  type OperatorRole,
} from './administration.ts';
import { recordAudit } from './audit-store.ts';
import { normalizeEmail } from './email-address.ts';

/** All that operators ever see of an account. */
export type AccountOverview = AccountStanding & { id: UserId; createdAt: string; lastSignInAt: string | null };

/** The account of an address; `null` where there is none. */
export async function overviewByEmail(tx: Transaction, email: string): Promise<AccountOverview | null> {
  const [account] = await tx.query<AccountOverview>(OVERVIEW, [null, normalizeEmail(email)]);
  return account ?? null;
}

async function overviewOf(tx: Transaction, id: UserId): Promise<AccountOverview> {
  const [account] = await tx.query<AccountOverview>(OVERVIEW, [id, null]);
  if (!account) throw notFound('account');
  return account;
}

const OVERVIEW = `
  select id, role, operator_role as "operatorRole", status, ${instantSql('created_at')} as "createdAt",
    ${instantSql('last_sign_in_at')} as "lastSignInAt"
  from account_overview($1, $2)`;

/** Who asks for a change, and why. */
export type Operator = { id: UserId; role: OperatorRole };

/**
 * Changes an account and audits it, in the operator's own transaction. Tokens and sessions of before end at once.
 * Throws `not_found`, `forbidden`, `conflict`, and `last_administrator` for what would leave nobody in charge.
 */
export async function changeAccount(
  tx: Transaction,
  operator: Operator,
  { id, change, reason }: { id: UserId; change: AccountChange; reason: string },
  now: Temporal.Instant,
): Promise<AccountOverview> {
  const account = await overviewOf(tx, id);
  const needed = neededRole(change, account);
  if (!isAtLeast(operator.role, needed)) throw needsRole(needed);
  const wanted = changedStanding(account, change);
  const states = { before: standingOf(account), after: standingOf(wanted) };
  // Asked for again, it has been done already: nobody is signed out, and there is nothing to audit.
  if (isDeepStrictEqual(states.before, states.after)) return account;
  if (!(await isChanged(tx, account, wanted, now)))
    throw permanent('conflict', 'The account has changed in the meantime. Look again.');
  await recordAudit(tx, { actor: operator.id, action: `account.${change.kind}`, target: id, ...states, reason });
  return overviewOf(tx, id);
}

/** Only from where it was seen to stand: of two operators at once the second one looks again. */
async function isChanged(tx: Transaction, seen: AccountOverview, wanted: AccountStanding, now: Temporal.Instant) {
  const [row] =
    seen.status === wanted.status
      ? await tx.query<Changed>(CHANGE_ROLE, [seen.id, seen.role, seen.operatorRole, wanted.role, wanted.operatorRole])
      : await tx.query<Changed>(CHANGE_STATUS, [seen.id, seen.status, wanted.status, now.toString()]);
  return row?.changed ?? false;
}

type Changed = { changed: boolean };

const CHANGE_ROLE = 'select account_change_role($1, $2, $3, $4, $5) as changed';
const CHANGE_STATUS = 'select account_change_status($1, $2, $3, $4) as changed';

const standingOf = ({ role, operatorRole, status }: AccountStanding): AccountStanding => ({
  role,
  operatorRole,
  status,
});

/**
 * Takes the second factor from somebody who lost it, ends what it has proved and their operator sessions, tells them by
 * mail, and audits it. Never one's own: whoever got hold of a session would be rid of the factor with it. Throws
 * `not_found`, `forbidden`, and `conflict` where there is none.
 */
export async function resetSecondFactor(
  tx: Transaction,
  operator: Operator,
  { id, reason }: { id: UserId; reason: string },
  now: Temporal.Instant,
): Promise<AccountOverview> {
  if (id === operator.id) throw permanent('forbidden', 'Your own second factor is for another administrator to reset.');
  const account = await overviewOf(tx, id);
  const [row] = await tx.query<{ reset: boolean }>(RESET_SECOND_FACTOR, [id, newId(), now.toString()]);
  if (!row?.reset) throw permanent('conflict', 'The account has no second factor.');
  tx.announce('mail');
  const states = { before: { secondFactor: true }, after: { secondFactor: false } };
  await recordAudit(tx, { actor: operator.id, action: 'account.reset_second_factor', target: id, ...states, reason });
  return account;
}

const RESET_SECOND_FACTOR = 'select account_reset_second_factor($1, $2, $3) as reset';

/** Whether there is anybody in charge yet. */
export async function hasAdministrator(database: Pick<Database, 'query'>): Promise<boolean> {
  const [row] = await database.query<{ has: boolean }>('select has_administrator() as has');
  return row?.has ?? false;
}

/**
 * Makes the first administrator, in the transaction of their id; of many at once one. `false`: there is one already.
 * Throws `conflict` where the address has an account.
 */
export async function addFirstAdministrator(
  tx: Transaction,
  { id, email, passwordHash }: { id: UserId; email: string; passwordHash: string },
  now: Temporal.Instant,
): Promise<boolean> {
  // Nobody derives keys from it: an administrator records nothing.
  const salt = randomBytes(16).toString('base64');
  const adding = tx.query<{ added: boolean }>(ADD_FIRST, [id, email, passwordHash, salt, now.toString()]);
  const [row] = await adding.catch((error: unknown) => {
    if (!isUniqueViolation(error)) throw error;
    throw permanent('conflict', 'That address has an account already. Take another one.');
  });
  if (!row?.added) return false;
  const after: AccountStanding = { role: 'administrator', operatorRole: 'admin', status: 'active' };
  await recordAudit(tx, { actor: 'server_secret', action: 'account.first_administrator', target: id, after });
  return true;
}

const ADD_FIRST = 'select account_add_first_administrator($1, $2, $3, $4, $5) as added';

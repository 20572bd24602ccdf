import { describe, expect, it } from '@jest/globals';
import {
  createAccount,
  findByEmail,
  getAccount,
  issueMailToken,
  mailTokenOf,
  mailTokenOwner,
  markVerified,
  renewUnverified,
  spendMailToken,
} from '../../../shared/accounts/index.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { newAccount } from '../../support/factories.ts';
import { ownDatabase } from '../../support/own-database.ts';
import { keys, registrationOf } from './accounts-fixture.ts';

const accounts = ownDatabase();
const { clock, as } = accounts;
const register = (userId: UserId, email: string) =>
  as(userId, (tx) => createAccount(tx, userId, registrationOf(email), clock.now()));

describe('an address', () => {
  it('has one account, in whatever case it is spelled', async () => {
    const userId = newId<UserId>();
    expect(await register(userId, 'Ana@Example.org')).toBe(true);
    expect(await register(newId<UserId>(), 'ana@example.ORG')).toBe(false);
    expect(await findByEmail(accounts.api, 'ANA@example.org')).toMatchObject({ id: userId, status: 'unverified' });
  });

  it('has one account when two register it at the same moment', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => register(newId<UserId>(), 'at-once@example.org')),
    );
    expect(outcomes.filter((created) => created)).toHaveLength(1);
  });

  it('without an account is known to nobody', async () => {
    expect(await findByEmail(accounts.api, 'nobody@example.org')).toBeNull();
  });

  it('belongs to the last registration until it is proved, and not afterwards', async () => {
    const userId = newId<UserId>();
    await register(userId, 'late@example.org');
    const renew = (hash: string) =>
      as(userId, (tx) => renewUnverified(tx, userId, { ...registrationOf('late@example.org'), passwordHash: hash }));
    expect(await renew('second')).toBe(true);
    await as(userId, (tx) => markVerified(tx, userId, clock.now()));
    expect(await renew('third')).toBe(false);
    expect(await findByEmail(accounts.api, 'late@example.org')).toMatchObject({
      passwordHash: 'second',
      status: 'active',
    });
  });
});

describe('an account', () => {
  it('is read with instants, not strings', async () => {
    const userId = newId<UserId>();
    await register(userId, 'instants@example.org');
    await as(userId, (tx) => markVerified(tx, userId, clock.now()));
    const account = await as(userId, getAccount);
    expect(account.createdAt.toString()).toBe(clock.now().toString());
    expect(account.verifiedAt?.equals(clock.now())).toBe(true);
    expect(account.lastSignInAt).toBeNull();
    expect(account).toMatchObject({ role: 'standard', dayCutOff: 3, languagePreference: 'es' });
  });

  it('is changed by setting its fields', async () => {
    const userId = await newAccount(accounts.api);
    await as(userId, async (tx) => {
      Object.assign(await getAccount(tx), { timeZone: 'America/New_York', dayCutOff: 5 });
    });
    expect(await as(userId, getAccount)).toMatchObject({ timeZone: 'America/New_York', dayCutOff: 5 });
  });

  it('cannot be read in the transaction of another user', async () => {
    const [mine, theirs] = [await newAccount(accounts.api), await newAccount(accounts.api)];
    const rows = await as(mine, (tx) => tx.query('select id from account where id = $1', [theirs]));
    expect(rows).toEqual([]);
  });
});

describe("a mail's token", () => {
  const issue = (userId: UserId) =>
    as(userId, async (tx) => {
      const id = await issueMailToken(tx, { userId, purpose: 'verify_email' }, keys.mailTokens, clock.now());
      return mailTokenOf(id, 'verify_email', keys.mailTokens[0]);
    });
  const spend = (userId: UserId, token: string, at = clock.now()) =>
    as(userId, (tx) => spendMailToken(tx, 'verify_email', token, at));

  it('leads to its owner and can be used once', async () => {
    const userId = await newAccount(accounts.api);
    const token = await issue(userId);
    expect(await mailTokenOwner(accounts.api, 'verify_email', token)).toBe(userId);
    expect(await spend(userId, token)).toBe(true);
    expect(await spend(userId, token)).toBe(false);
  });

  it('can be used by one of many who try at once', async () => {
    const userId = await newAccount(accounts.api);
    const token = await issue(userId);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => spend(userId, token)));
    expect(outcomes.filter((spent) => spent)).toHaveLength(1);
  });

  it('is void after 24 hours, and once a newer one is issued', async () => {
    const userId = await newAccount(accounts.api);
    const older = await issue(userId);
    const newer = await issue(userId);
    expect(await spend(userId, older)).toBe(false);
    expect(await spend(userId, newer, clock.now().add({ hours: 24 }))).toBe(false);
    expect(await spend(userId, newer, clock.now().add({ hours: 24 }).subtract({ seconds: 1 }))).toBe(true);
  });

  it('is one even when two are asked for at once', async () => {
    const userId = await newAccount(accounts.api);
    const tokens = await Promise.all([issue(userId), issue(userId), issue(userId)]);
    const spent: boolean[] = [];
    for (const token of tokens) spent.push(await spend(userId, token));
    expect(spent.filter((good) => good)).toHaveLength(1);
  });

  it('serves one purpose and no other', async () => {
    const userId = await newAccount(accounts.api);
    const token = await issue(userId);
    expect(await mailTokenOwner(accounts.api, 'reset_password', token)).toBeNull();
    expect(await as(userId, (tx) => spendMailToken(tx, 'reset_password', token, clock.now()))).toBe(false);
  });
});

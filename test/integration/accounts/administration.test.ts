import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AccountChange,
  changeAccount,
  listAudit,
  type OperatorRole,
  overviewByEmail,
} from '../../../shared/accounts/index.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { newAccount } from '../../support/factories.ts';
import { ownDatabase } from '../../support/own-database.ts';

const database = ownDatabase();

const roleOf = (id: UserId, role: string, operatorRole: OperatorRole | null = null) =>
  database.look('update account set role = $2, operator_role = $3 where id = $1', [id, role, operatorRole]);
async function administrator(operatorRole: OperatorRole = 'admin') {
  const id = await newAccount(database.api);
  await roleOf(id, 'administrator', operatorRole);
  return { id, role: operatorRole };
}
const change = (operator: { id: UserId; role: OperatorRole }, id: UserId, wanted: AccountChange) =>
  database.as(operator.id, (tx) =>
    changeAccount(tx, operator, { id, change: wanted, reason: 'asked to' }, database.clock.now()),
  );
const account = async (id: UserId) => (await database.look('select * from account where id = $1', [id]))[0];
const audited = (target: UserId) =>
  database
    .as(target, (tx) => listAudit(tx, { target, limit: 10 }))
    .then((entries) => entries.map(({ id: _, ...rest }) => rest));

beforeEach(() => database.look(`delete from account where role <> 'administrator'`));

describe('an operator', () => {
  it('changes the tier, which is audited with before, after and reason', async () => {
    const operator = await administrator('operator');
    const person = await newAccount(database.api);
    expect(await change(operator, person, { kind: 'tier', tier: 'premium' })).toMatchObject({ role: 'premium' });
    expect(await audited(person)).toEqual([
      {
        at: expect.stringMatching(/Z$/),
        actorId: operator.id,
        actorKind: 'operator',
        action: 'account.tier',
        targetId: person,
        before: { role: 'standard', operatorRole: null, status: 'active' },
        after: { role: 'premium', operatorRole: null, status: 'active' },
        reason: 'asked to',
        requestId: null,
      },
    ]);
  });

  it('sees id, role, state and times of an account, and nothing else', async () => {
    const operator = await administrator('support');
    const person = await newAccount(database.api);
    const seen = await database.as(operator.id, (tx) => overviewByEmail(tx, `${person}@Example.org`));
    expect(Object.keys(seen ?? {}).sort()).toEqual([
      'createdAt',
      'id',
      'lastSignInAt',
      'operatorRole',
      'role',
      'status',
    ]);
  });

  it.each<[OperatorRole, AccountChange]>([
    ['viewer', { kind: 'tier', tier: 'premium' }],
    ['support', { kind: 'lock' }],
    ['operator', { kind: 'role', role: 'content_manager' }],
  ])('as %s may not %j', async (role, wanted) => {
    const operator = await administrator(role);
    const person = await newAccount(database.api);
    await expect(change(operator, person, wanted)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await audited(person)).toEqual([]);
  });

  it('below admin may not touch an administrator', async () => {
    const [operator, admin] = [await administrator('operator'), await administrator()];
    await expect(change(operator, admin.id, { kind: 'lock' })).rejects.toMatchObject({ code: 'forbidden' });
  });

  it.each<[string, AccountChange]>([
    ['content_manager', { kind: 'tier', tier: 'premium' }],
    ['standard', { kind: 'unlock' }],
  ])('changes nothing that makes no sense: %s, %j', async (role, wanted) => {
    const admin = await administrator();
    const person = await newAccount(database.api);
    await roleOf(person, role);
    await expect(change(admin, person, wanted)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('gives no trusted role to an address that nobody has proved', async () => {
    const admin = await administrator();
    const person = await newAccount(database.api);
    await database.look(`update account set status = 'unverified' where id = $1`, [person]);
    await expect(change(admin, person, { kind: 'role', role: 'content_manager' })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('is told of an account that is not there', async () => {
    const admin = await administrator();
    await expect(change(admin, newId(), { kind: 'lock' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a change', () => {
  it('of the role makes tokens of the old one void', async () => {
    const admin = await administrator();
    const person = await newAccount(database.api);
    await change(admin, person, { kind: 'role', role: 'content_manager' });
    await change(admin, person, { kind: 'role', role: 'standard' });
    expect(await account(person)).toMatchObject({ role: 'standard', operator_role: null, token_version: 3 });
  });

  it('that locks ends every session and takes the push tokens away; another lets them in again', async () => {
    const admin = await administrator();
    const person = await newAccount(database.api);
    await database.look(
      `insert into session (id, user_id, device_id, device_name_sealed, platform, refresh_hash, expires_at, created_at, last_used_at)
       select $1, $2, 'one', '\\x01', 'ios', '\\x01', now(), now(), now()`,
      [newId(), person],
    );
    await change(admin, person, { kind: 'lock' });
    expect(await account(person)).toMatchObject({ status: 'locked', token_version: 2 });
    expect(await database.look('select from session where user_id = $1 and revoked_at is null', [person])).toEqual([]);
    await change(admin, person, { kind: 'unlock' });
    expect(await account(person)).toMatchObject({ status: 'active' });
  });

  it('asked for ten times at once is done and audited once', async () => {
    const admin = await administrator();
    const person = await newAccount(database.api);
    const wanted: AccountChange = { kind: 'role', role: 'content_manager' };
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => change(admin, person, wanted)));
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'conflict' });
    expect(await account(person)).toMatchObject({ role: 'content_manager', token_version: 2 });
    expect(await audited(person)).toHaveLength(1);
  });
});

describe('the last administrator', () => {
  beforeEach(async () => {
    await database.look(`alter table account disable trigger user`);
    await database.look(`delete from account`);
    await database.look(`alter table account enable trigger user`);
  });

  it.each<[string, AccountChange]>([
    ['demoted', { kind: 'role', role: 'standard' }],
    ['made a mere viewer', { kind: 'role', role: 'administrator', operatorRole: 'viewer' }],
    ['locked', { kind: 'lock' }],
  ])('cannot be %s', async (_what, wanted) => {
    const admin = await administrator();
    await administrator('viewer');
    await expect(change(admin, admin.id, wanted)).rejects.toMatchObject({ code: 'last_administrator' });
    expect(await account(admin.id)).toMatchObject({ role: 'administrator', status: 'active', token_version: 1 });
  });

  it('cannot be erased, by whatever way', async () => {
    const admin = await administrator();
    await expect(
      database.as(admin.id, (tx) => tx.query(`update account set status = 'deleting'`)),
    ).rejects.toMatchObject({ code: 'last_administrator' });
    await expect(database.look('delete from account')).rejects.toMatchObject({ code: 'AM002' });
  });

  it('is whoever is left when fifty at once demote the two there are', async () => {
    const admins = [await administrator(), await administrator()] as const;
    await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        change(admins[0], admins[index % 2]?.id ?? admins[0].id, { kind: 'role', role: 'standard' }),
      ),
    );
    const left = await Promise.all(admins.map(({ id }) => account(id)));
    expect(left.map(({ role, token_version }) => `${role} ${token_version}`).sort()).toEqual([
      'administrator 1',
      'standard 2',
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { listAudit, recordAudit } from '../../../shared/accounts/index.ts';
import type { Database } from '../../../shared/platform/database/database.ts';
import { sqlStateOf } from '../../../shared/platform/database/errors.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { withTrace } from '../../../shared/platform/telemetry/trace-context.ts';
import { newAccount } from '../../support/factories.ts';
import { ownDatabase } from '../../support/own-database.ts';

const database = ownDatabase();
const DENIED = '42501';

const state = (attempt: Promise<unknown>) => attempt.then(() => 'done', sqlStateOf);

describe('an entry', () => {
  it('tells who did what to whom, from what to what, why, and in which request', async () => {
    const [operator, target] = [await newAccount(database.api), newId<UserId>()];
    await withTrace({ traceParent: null, requestId: 'request-1' }, () =>
      database.as(operator, (tx) =>
        recordAudit(tx, {
          actor: operator,
          action: 'account.tier',
          target,
          before: { role: 'standard' },
          after: { role: 'premium' },
          reason: 'paid',
        }),
      ),
    );
    expect(await database.as(operator, (tx) => listAudit(tx, { target, limit: 2 }))).toEqual([
      {
        id: expect.any(String),
        at: expect.stringMatching(/^20.*Z$/),
        actorId: operator,
        actorKind: 'operator',
        action: 'account.tier',
        targetId: target,
        before: { role: 'standard' },
        after: { role: 'premium' },
        reason: 'paid',
        requestId: 'request-1',
      },
    ]);
  });

  it('is not there when what it tells about was undone', async () => {
    const operator = await newAccount(database.api);
    const undone = database.as(operator, async (tx) => {
      await recordAudit(tx, { actor: operator, action: 'undone' });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await database.as(operator, (tx) => listAudit(tx, { action: 'undone', limit: 2 }))).toEqual([]);
  });

  it('cannot be signed with another’s name', async () => {
    const [one, other] = [await newAccount(database.api), await newAccount(database.api)];
    const forged = database.as(one, (tx) => recordAudit(tx, { actor: other, action: 'forged' }));
    expect(await state(forged)).toBe(DENIED);
  });
});

describe('the audit', () => {
  it('gives the newest first, page by page, of whom and what was asked for', async () => {
    const operator = await newAccount(database.api);
    for (const action of ['a', 'b', 'a', 'a'])
      await database.as(operator, (tx) => recordAudit(tx, { actor: operator, action }));
    const list = (after?: string) =>
      database.as(operator, (tx) => listAudit(tx, { actor: operator, action: 'a', after, limit: 2 }));
    const first = await list();
    const second = await list(first.at(-1)?.id);
    const ids = [...first, ...second].map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(ids).toHaveLength(3);
  });

  describe.each<[string, () => Database]>([
    ['app_api', () => database.api],
    ['app_worker', () => database.worker],
  ])('to %s', (_role, connection) => {
    it('can only be added to', async () => {
      const user = await newAccount(database.api);
      const attempt = (sql: string) => state(connection().transaction({ userId: user }, (tx) => tx.query(sql)));
      expect(
        await attempt(`insert into audit (id, at, actor_kind, action) values ('${newId()}', now(), 'system', 'x')`),
      ).toBe('done');
      for (const sql of [
        `update audit set reason = 'another'`,
        'delete from audit',
        'truncate audit',
        'select * from audit',
        'alter table audit disable trigger audit_append_only',
        'drop table audit',
        `insert into audit (id, at, actor_kind, action) values ('${newId()}', now(), 'system', 'x')
           on conflict (id) do update set action = 'y'`,
      ])
        expect([sql, await attempt(sql)]).toEqual([sql, DENIED]);
    });
  });

  it('is kept from a slip of its owner’s hand', async () => {
    for (const sql of [`update audit set reason = 'another'`, 'delete from audit', 'truncate audit'])
      expect(await state(database.look(sql))).toBe(DENIED);
  });
});

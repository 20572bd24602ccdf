import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { oneRowEach } from './one-row-each.ts';

let fresh: FreshDatabase;
let outside: Client;
beforeAll(async () => {
  fresh = await freshDatabase();
  outside = new Client({ connectionString: fresh.superuserUrl });
  await outside.connect();
});
afterAll(async () => {
  await outside?.end();
  await fresh?.drop();
});

describe('functions that run with more rights than their caller', () => {
  it('are these, owned by the planner unless they must make and drop tables, each for the role that needs it', async () => {
    const { rows } = await outside.query(`
      select p.proname as name, owner.rolname as owner,
             array(select r.rolname from pg_roles r where not r.rolsuper and r.oid <> p.proowner
                   and has_function_privilege(r.oid, p.oid, 'execute') and r.rolname !~ '^pg_' order by 1)::text[] as callers
      from pg_proc p join pg_roles owner on owner.oid = p.proowner
      where p.pronamespace = 'public'::regnamespace and p.prosecdef order by 1`);
    // The owner may call what the planner owns, being a member of it; it owns every table anyway.
    const asPlanner = (name: string, caller: string) => ({ name, owner: 'planner', callers: [caller, 'owner'] });
    const asOwner = (name: string, caller: string) => ({ name, owner: 'owner', callers: [caller] });
    expect(rows).toEqual([
      asPlanner('account_add_first_administrator', 'app_api'),
      asPlanner('account_by_email', 'app_api'),
      asPlanner('account_change_role', 'app_api'),
      asPlanner('account_change_status', 'app_api'),
      asPlanner('account_id_by_email', 'app_worker'),
      // Called by a trigger only.
      { name: 'account_keep_an_administrator', owner: 'planner', callers: ['owner'] },
      asPlanner('account_knows_device', 'app_api'),
      asPlanner('account_overview', 'app_api'),
      asPlanner('account_reset_second_factor', 'app_api'),
      asPlanner('account_token_owner', 'app_api'),
      asPlanner('audit_page', 'app_api'),
      { name: 'checkin_ensure_months', owner: 'owner', callers: ['app_api', 'app_worker'] },
      asPlanner('claim_deliveries', 'app_worker'),
      asPlanner('device_release_token', 'app_api'),
      asPlanner('email_change_forget', 'app_worker'),
      asPlanner('ended_standings', 'app_api'),
      asPlanner('exports_expire', 'app_worker'),
      asPlanner('external_identity_owner', 'app_api'),
      asPlanner('has_administrator', 'app_api'),
      asPlanner('idempotency_forget', 'app_worker'),
      asPlanner('insights_forget', 'app_worker'),
      asPlanner('journal_share_owner', 'app_api'),
      asPlanner('journals_to_purge', 'app_worker'),
      asPlanner('known_object_keys', 'app_worker'),
      asOwner('ledger_drop_partitions', 'app_worker'),
      asOwner('ledger_ensure_partitions', 'app_worker'),
      asPlanner('mark_deliveries', 'app_worker'),
      asPlanner('next_delivery_due', 'app_worker'),
      asPlanner('operator_session_forget', 'app_worker'),
      asPlanner('remove_dead_tokens', 'app_worker'),
      asPlanner('session_forget', 'app_worker'),
      asPlanner('unfinished_uploads', 'app_worker'),
      { name: 'user_key_counts', owner: 'planner', callers: ['app_api', 'app_worker', 'owner'] },
      asPlanner('user_keys_to_rewrap', 'app_worker'),
      asPlanner('valid_objects', 'app_worker'),
    ]);
  });

  it('look for tables where their caller cannot put any', async () => {
    const { rows } = await outside.query(
      `select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
         and not coalesce(proconfig, '{}') @> array['search_path=public, pg_temp']`,
    );
    expect(rows).toEqual([]);
  });

  it('are in no other schema, and none is for everybody', async () => {
    const { rows } = await outside.query(
      `select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where p.prosecdef and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
         and (n.nspname <> 'public' or exists (
           select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) where grantee = 0))`,
    );
    expect(rows).toEqual([]);
  });

  it('are not fooled by a temporary table of the same name', async () => {
    const user: UserId = await oneRowEach(outside);
    const caller = new Client({ connectionString: fresh.urls.api });
    await caller.connect();
    try {
      await caller.query('create temp table account (like public.account including defaults)');
      await caller.query('grant all on account to planner');
      await caller.query(
        `insert into pg_temp.account (id, email, email_normalized, password_hash, time_zone, encryption_key_salt, created_at)
         values ($1, 'x', $2, 'forged', 'UTC', '', now())`,
        [newId(), user],
      );
      const { rows } = await caller.query('select id from account_by_email($1)', [user]);
      expect(rows).toEqual([{ id: user }]);
    } finally {
      await caller.end();
    }
  });
});

it('no run-time role may make tables, own them, or become somebody else', async () => {
  const { rows } = await outside.query(
    `select rolname, has_schema_privilege(rolname, 'public', 'create') as creates,
            exists (select from pg_class where relowner = r.oid and relnamespace = 'public'::regnamespace) as owns,
            exists (select from pg_auth_members where member = r.oid) as becomes
     from pg_roles r where rolname in ('app_api', 'app_worker', 'planner') order by 1`,
  );
  const plain = { creates: false, owns: false, becomes: false };
  expect(rows).toEqual(['app_api', 'app_worker', 'planner'].map((rolname) => ({ rolname, ...plain })));
});

import { Migration } from '@mikro-orm/migrations';
import { plannerFunction, userOwned } from './row-level-security.ts';

/** Who runs the system: operators' sessions, what they may do to accounts, and the record of all they did. */
export class Migration20261121110500_operators extends Migration {
  override up(): void {
    // A new enrolment waits beside the factor that counts: whoever begins one and loses the phone is not locked out.
    this.addSql(`
      alter table second_factor
        alter column secret_sealed drop not null,
        add column pending_secret_sealed bytea,
        add column pending_recovery_hashes bytea[] not null default '{}',
        add constraint second_factor_confirmed_whole check ((secret_sealed is null) = (confirmed_at is null))`);
    this.addSql(`
      create table operator_session (
        id uuid primary key,
        user_id uuid not null references account on delete cascade,
        token_hash bytea not null unique,
        token_version integer not null,
        expires_at timestamptz not null,
        last_used_at timestamptz not null,
        created_at timestamptz not null,
        revoked_at timestamptz
      )`);
    this.addSql(`create index operator_session_by_user on operator_session (user_id)`);
    this.addSql(`
      create table audit (
        id uuid primary key,
        at timestamptz not null,
        actor_id uuid,
        actor_kind text not null check (actor_kind in ('operator', 'server_secret', 'system')),
        action text not null,
        target_id uuid,
        before jsonb,
        after jsonb,
        reason text check (length(reason) <= 500),
        request_id text,
        check ((actor_kind = 'operator') = (actor_id is not null))
      )`);
    this.addSql(`create index audit_by_target on audit (target_id, id)`);
    this.addSql(`create index audit_by_actor on audit (actor_id, id)`);
    this.addSql(`create index account_administrators on account (id) where role = 'administrator'`);

    for (const sql of userOwned('operator_session', { planner: 'all', worker: '' })) this.addSql(sql);
    this.appendOnlyAudit();
    this.administration();
    this.lastAdministrator();
  }

  /** Nobody signs an entry with another's name, and nobody who runs the system reads or changes the table itself. */
  private appendOnlyAudit(): void {
    this.addSql(`alter table audit enable row level security`);
    this.addSql(`alter table audit force row level security`);
    this.addSql(`
      create policy audit_append on audit for insert to app_api, app_worker
      with check (actor_id is null or actor_id = nullif(current_setting('app.user_id', true), '')::uuid)`);
    this.addSql(`create policy audit_planner on audit for select to planner using (true)`);
    this.addSql(`grant insert on audit to app_api, app_worker`);
    this.addSql(`grant select on audit to planner`);
    // Rights bind those who sign in; this binds a slip of the owner's hand.
    this.addSql(`
      create function audit_refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception 'the audit is append-only' using errcode = '42501';
      end $$`);
    this.addSql(`
      create trigger audit_append_only before update or delete or truncate on audit
      for each statement execute function audit_refuse_change()`);
    this.addSql(`
      create function audit_page(before_id uuid, wanted_action text, wanted_actor uuid, wanted_target uuid, rows_wanted integer)
      returns setof audit
      language sql stable security definer set search_path = public, pg_temp as $$
        select * from audit
        where (before_id is null or id < before_id) and (wanted_action is null or action = wanted_action)
          and (wanted_actor is null or actor_id = wanted_actor) and (wanted_target is null or target_id = wanted_target)
        order by id desc limit least(rows_wanted, 101)
      $$`);
    this.plannerOwns('audit_page(uuid, text, uuid, uuid, integer)');
  }

  /** What an operator may learn of an account and do to it: no name, no address, nothing anybody wrote. */
  private administration(): void {
    this.addSql(`create policy account_planner_change on account for update to planner using (true)`);
    this.addSql(`create policy account_planner_add on account for insert to planner with check (true)`);
    this.addSql(`grant update (role, operator_role, status, token_version, signed_out_at) on account to planner`);
    this.addSql(`
      grant insert (id, email, email_normalized, password_hash, role, operator_role, status, language, time_zone,
                    encryption_key_salt, created_at, verified_at) on account to planner`);
    this.addSql(`
      create function account_overview(wanted_id uuid, address text)
      returns table (id uuid, role text, operator_role text, status text, created_at timestamptz, last_sign_in_at timestamptz)
      language sql stable security definer set search_path = public, pg_temp as $$
        select id, role, operator_role, status, created_at, last_sign_in_at from account
        where id = wanted_id or email_normalized = address
      $$`);
    // Only from what the caller has seen and judged; access tokens of the old role die with the version.
    this.addSql(`
      create function account_change_role(target uuid, seen_role text, seen_operator_role text,
                                          new_role text, new_operator_role text) returns boolean
      language plpgsql security definer set search_path = public, pg_temp as $$
      begin
        update account set role = new_role, operator_role = new_operator_role, token_version = token_version + 1
        where id = target and role = seen_role and operator_role is not distinct from seen_operator_role;
        return found;
      end $$`);
    this.addSql(`
      create function account_change_status(target uuid, seen_status text, new_status text, changed_at timestamptz)
      returns boolean
      language plpgsql security definer set search_path = public, pg_temp as $$
      begin
        update account set status = new_status, token_version = token_version + 1, signed_out_at = changed_at
        where id = target and status = seen_status;
        if not found then return false; end if;
        update operator_session set revoked_at = changed_at where user_id = target and revoked_at is null;
        update session set revoked_at = changed_at where user_id = target and revoked_at is null;
        update device set push_token = null, push_kind = null where user_id = target;
        return true;
      end $$`);
    this.addSql(`
      create function has_administrator() returns boolean
      language sql stable security definer set search_path = public, pg_temp as $$
        select exists (select from account where role = 'administrator')
      $$`);
    // Two that are made the first at once wait for each other: neither would see the other's row.
    this.addSql(`
      create function account_add_first_administrator(new_id uuid, address text, hash text, salt text, at timestamptz)
      returns boolean
      language plpgsql security definer set search_path = public, pg_temp as $$
      begin
        perform pg_advisory_xact_lock(hashtextextended('administrators', 0));
        if exists (select from account where role = 'administrator') then return false; end if;
        insert into account (id, email, email_normalized, password_hash, role, operator_role, status, language, time_zone,
                             encryption_key_salt, created_at, verified_at)
        values (new_id, address, lower(address), hash, 'administrator', 'admin', 'active', 'en', 'UTC', salt, at, at);
        return true;
      end $$`);
    this.plannerOwns('account_overview(uuid, text)');
    this.plannerOwns('account_change_role(uuid, text, text, text, text)');
    this.plannerOwns('account_change_status(uuid, text, text, timestamptz)');
    this.plannerOwns('has_administrator()');
    this.plannerOwns('account_add_first_administrator(uuid, text, text, text, timestamptz)');
  }

  /** A trigger, so that it holds on every way an account can change: demotion, lock, erasure. */
  private lastAdministrator(): void {
    this.addSql(`
      create function account_keep_an_administrator() returns trigger
      language plpgsql security definer set search_path = public, pg_temp as $$
      begin
        if tg_op = 'UPDATE' and new.operator_role = 'admin' and new.status = 'active' then return new; end if;
        perform pg_advisory_xact_lock(hashtextextended('administrators', 0));
        if not exists (select from account where role = 'administrator' and operator_role = 'admin'
                         and status = 'active' and id <> old.id) then
          raise exception 'the last administrator stays' using errcode = 'AM002';
        end if;
        return case when tg_op = 'DELETE' then old else new end;
      end $$`);
    for (const sql of plannerFunction('account_keep_an_administrator()', 'owner')) this.addSql(sql);
    const when = `when (old.operator_role = 'admin' and old.status = 'active')`;
    this.addSql(`
      create trigger account_keeps_an_administrator before update of role, operator_role, status on account
      for each row ${when} execute function account_keep_an_administrator()`);
    this.addSql(`
      create trigger account_erases_no_last_administrator before delete on account
      for each row ${when} execute function account_keep_an_administrator()`);
  }

  private plannerOwns(signature: string): void {
    for (const sql of plannerFunction(signature, 'app_api')) this.addSql(sql);
  }

  override down(): void {
    this.addSql(`drop trigger account_keeps_an_administrator on account`);
    this.addSql(`drop trigger account_erases_no_last_administrator on account`);
    this.addSql(`
      drop function account_keep_an_administrator(), account_overview(uuid, text),
        account_change_role(uuid, text, text, text, text),
        account_change_status(uuid, text, text, timestamptz), has_administrator(),
        account_add_first_administrator(uuid, text, text, text, timestamptz),
        audit_page(uuid, text, uuid, uuid, integer)`);
    this.addSql(`drop table audit, operator_session`);
    this.addSql(`drop function audit_refuse_change()`);
    this.addSql(`drop policy account_planner_change on account`);
    this.addSql(`drop policy account_planner_add on account`);
    this.addSql(`
      revoke update (role, operator_role, status, token_version, signed_out_at) on account from planner`);
    this.addSql(`
      revoke insert (id, email, email_normalized, password_hash, role, operator_role, status, language, time_zone,
                     encryption_key_salt, created_at, verified_at) on account from planner`);
    this.addSql(`drop index account_administrators`);
    // Its owner sees every row only while row-level security is not forced.
    this.addSql(`alter table second_factor no force row level security`);
    this.addSql(`delete from second_factor where secret_sealed is null`);
    this.addSql(`alter table second_factor force row level security`);
    this.addSql(`
      alter table second_factor
        drop constraint second_factor_confirmed_whole,
        drop column pending_recovery_hashes,
        drop column pending_secret_sealed,
        alter column secret_sealed set not null`);
  }
}

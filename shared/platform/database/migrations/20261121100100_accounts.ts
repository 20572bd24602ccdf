import { Migration } from '@mikro-orm/migrations';
import { plannerFunction, userOwned } from './row-level-security.ts';

/** Accounts, their tokens and sessions, consents, devices, and remembered answers of repeated requests. */
export class Migration20261121100100_accounts extends Migration {
  override up(): void {
    this.addSql(`
      create table account (
        id uuid primary key,
        email text not null,
        email_normalized text not null unique,
        password_hash text not null,
        role text not null default 'standard' check (role in ('standard', 'premium', 'content_manager', 'administrator')),
        status text not null default 'unverified' check (status in ('unverified', 'active', 'locked', 'deleting')),
        language text not null default 'en',
        time_zone text not null,
        day_cut_off smallint not null default 3 check (day_cut_off between 0 and 6),
        encryption_key_salt text not null,
        token_version integer not null default 1,
        created_at timestamptz not null,
        verified_at timestamptz,
        last_sign_in_at timestamptz
      )`);
    this.addSql(`
      create table account_token (
        id uuid primary key,
        user_id uuid not null references account on delete cascade,
        purpose text not null check (purpose in ('verify_email', 'reset_password')),
        token_hash bytea not null unique,
        expires_at timestamptz not null,
        used_at timestamptz,
        mailed_at timestamptz,
        created_at timestamptz not null
      )`);
    this.addSql(`create index account_token_user on account_token (user_id, purpose)`);
    this.addSql(`
      create table session (
        id uuid primary key,
        user_id uuid not null references account on delete cascade,
        device_id text not null,
        device_name text not null,
        platform text not null,
        refresh_hash bytea not null unique,
        previous_refresh_hash bytea unique,
        rotated_at timestamptz,
        expires_at timestamptz not null,
        created_at timestamptz not null,
        last_used_at timestamptz not null,
        revoked_at timestamptz
      )`);
    this.addSql(`create index session_by_user on session (user_id, created_at)`);
    this.addSql(`
      create table consent (
        id uuid primary key,
        user_id uuid not null references account on delete cascade,
        purpose text not null check (purpose in
          ('service', 'insights', 'achievement_push', 'reminders', 'affirmations', 'recommendation_learning')),
        version smallint not null,
        granted boolean not null,
        recorded_at timestamptz not null
      )`);
    this.addSql(`create index consent_newest on consent (user_id, purpose, recorded_at desc, id desc)`);
    this.addSql(`
      create table device (
        id uuid primary key,
        user_id uuid not null references account on delete cascade,
        device_id text not null,
        name text not null,
        platform text not null,
        push_kind text check (push_kind in ('token', 'fid')),
        push_token text unique,
        push_token_updated_at timestamptz,
        last_seen_at timestamptz not null,
        created_at timestamptz not null,
        unique (user_id, device_id)
      )`);
    this.addSql(`
      create table idempotency_key (
        scope text not null,
        key text not null,
        user_id uuid,
        request_hash bytea not null,
        status smallint,
        headers jsonb,
        body jsonb,
        created_at timestamptz not null default now(),
        primary key (scope, key)
      )`);
    this.addSql(`create index idempotency_key_age on idempotency_key (created_at)`);

    for (const sql of [
      ...userOwned('account', { column: 'id', planner: 'select', worker: 'select, update' }),
      ...userOwned('account_token', { planner: 'all' }),
      ...userOwned('session', { planner: 'all' }),
      ...userOwned('consent', { api: 'select, insert', worker: 'select' }),
      ...userOwned('device', { planner: 'all' }),
    ]) {
      this.addSql(sql);
    }
    this.addSql(`alter table idempotency_key enable row level security`);
    this.addSql(`alter table idempotency_key force row level security`);
    this.addSql(`
      create policy idempotency_key_own on idempotency_key to app_api
      using (user_id is not distinct from nullif(current_setting('app.user_id', true), '')::uuid)
      with check (user_id is not distinct from nullif(current_setting('app.user_id', true), '')::uuid)`);
    this.addSql(`create policy idempotency_key_planner on idempotency_key to planner using (true)`);
    this.addSql(`grant select, insert, update, delete on idempotency_key to app_api`);
    this.addSql(`grant select, delete on idempotency_key to planner`);

    // What must be looked up before anybody is known: narrow, and never more than one row.
    this.addSql(`
      create function account_by_email(address text)
      returns table (id uuid, password_hash text, status text, role text, token_version integer)
      language sql stable security definer set search_path = public, pg_temp as $$
        select id, password_hash, status, role, token_version from account where email_normalized = address
      $$`);
    this.addSql(`
      create function account_token_owner(wanted_purpose text, hash bytea) returns uuid
      language sql stable security definer set search_path = public, pg_temp as $$
        select user_id from account_token where purpose = wanted_purpose and token_hash = hash
      $$`);
    // A push token belongs to the phone that registered it last, whoever is signed in there. Two that register it at once
    // wait for each other: neither would see the other's row.
    this.addSql(`
      create function device_release_token(token text, keep_device uuid) returns void
      language sql security definer set search_path = public, pg_temp as $$
        select pg_advisory_xact_lock(hashtextextended('push token ' || token, 0));
        update device set push_token = null, push_kind = null where push_token = token and id <> keep_device
      $$`);
    this.addSql(`
      create function idempotency_forget(older_than interval) returns integer
      language sql security definer set search_path = public, pg_temp as $$
        with gone as (delete from idempotency_key where created_at < now() - older_than returning 1)
        select count(*)::integer from gone
      $$`);
    for (const sql of [
      ...plannerFunction('account_by_email(text)', 'app_api'),
      ...plannerFunction('account_token_owner(text, bytea)', 'app_api'),
      ...plannerFunction('device_release_token(text, uuid)', 'app_api'),
      ...plannerFunction('idempotency_forget(interval)', 'app_worker'),
    ]) {
      this.addSql(sql);
    }
  }

  override down(): void {
    this.addSql(`drop function account_by_email(text), account_token_owner(text, bytea),
      device_release_token(text, uuid), idempotency_forget(interval)`);
    this.addSql(`drop table idempotency_key, device, consent, session, account_token, account`);
  }
}

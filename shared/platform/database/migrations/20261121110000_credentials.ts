import { Migration } from '@mikro-orm/migrations';
import { plannerFunction, userOwned } from './row-level-security.ts';

/** Changes of address and password, second factors, sessions proved by one, and accounts that another issuer vouches for. */
export class Migration20261121110000_credentials extends Migration {
  override up(): void {
    // An account of an external issuer has neither an address nor a password of ours.
    this.addSql(`
      alter table account
        alter column email drop not null,
        alter column email_normalized drop not null,
        alter column password_hash drop not null,
        add column signed_out_at timestamptz,
        add column preferences jsonb not null default '{}',
        add column settings jsonb not null default '{}',
        add column operator_role text check (operator_role in ('viewer', 'support', 'operator', 'admin')),
        add constraint account_email_whole check ((email is null) = (email_normalized is null)),
        add constraint account_operator_role_whole check ((role = 'administrator') = (operator_role is not null))`);
    this.addSql(`
      alter table account_token
        drop constraint account_token_purpose_check,
        add constraint account_token_purpose_check
          check (purpose in ('verify_email', 'reset_password', 'change_email_old', 'change_email_new'))`);
    this.addSql(`
      create table email_change (
        user_id uuid primary key references account on delete cascade,
        new_email text not null,
        old_proved_at timestamptz,
        new_proved_at timestamptz,
        expires_at timestamptz not null,
        created_at timestamptz not null
      )`);
    this.addSql(`
      create table second_factor (
        user_id uuid primary key references account on delete cascade,
        secret_sealed bytea not null,
        confirmed_at timestamptz,
        last_step bigint not null default 0,
        recovery_hashes bytea[] not null default '{}',
        created_at timestamptz not null
      )`);
    this.addSql(`alter table session add column second_factor_at timestamptz`);
    this.addSql(`create index session_expiry on session (expires_at)`);
    this.addSql(`
      create table external_identity (
        issuer text not null,
        subject text not null,
        user_id uuid not null unique references account on delete cascade,
        created_at timestamptz not null,
        primary key (issuer, subject)
      )`);

    for (const sql of [
      ...userOwned('email_change', { planner: 'none' }),
      ...userOwned('second_factor', { planner: 'none', worker: '' }),
      ...userOwned('external_identity', { planner: 'select', worker: '' }),
    ]) {
      this.addSql(sql);
    }
    this.addSql(`
      create function external_identity_owner(wanted_issuer text, wanted_subject text) returns uuid
      language sql stable security definer set search_path = public, pg_temp as $$
        select user_id from external_identity where issuer = wanted_issuer and subject = wanted_subject
      $$`);
    for (const sql of plannerFunction('external_identity_owner(text, text)', 'app_api')) this.addSql(sql);
  }

  override down(): void {
    this.addSql(`drop function external_identity_owner(text, text)`);
    this.addSql(`drop table external_identity, second_factor, email_change`);
    this.addSql(`drop index session_expiry`);
    this.addSql(`alter table session drop column second_factor_at`);
    this.addSql(`delete from account_token where purpose in ('change_email_old', 'change_email_new')`);
    this.addSql(`
      alter table account_token
        drop constraint account_token_purpose_check,
        add constraint account_token_purpose_check check (purpose in ('verify_email', 'reset_password'))`);
    this.addSql(`
      alter table account
        drop constraint account_operator_role_whole,
        drop constraint account_email_whole,
        drop column operator_role,
        drop column settings,
        drop column preferences,
        drop column signed_out_at,
        alter column password_hash set not null,
        alter column email_normalized set not null,
        alter column email set not null`);
  }
}

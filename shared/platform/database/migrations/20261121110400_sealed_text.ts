import { Migration } from '@mikro-orm/migrations';
import { plannerFunction, userOwned } from './row-level-security.ts';

/**
 * Everybody's own key, wrapped by the master key, and texts that are stored sealed with it.
 *
 * SQL cannot seal. Of a database that holds texts in the clear nothing is changed: the migration says so and stops. No
 * version that wrote them ran anywhere but on development machines.
 */
export class Migration20261121110400_sealed_text extends Migration {
  override up(): void {
    this.addSql(`
      create table user_key (
        user_id uuid primary key references account on delete cascade,
        key_id text not null,
        wrapped bytea not null,
        created_at timestamptz not null default now(),
        wrapped_at timestamptz not null default now()
      )`);
    // Only an erased account takes its key along: without it, texts in backups and logs of the database stay unreadable.
    for (const sql of userOwned('user_key', { api: 'select, insert', worker: 'select, insert, update' }))
      this.addSql(sql);
    this.addSql(`
      create function user_keys_to_rewrap(current_key_id text, after uuid, most integer)
      returns table (user_id uuid, key_id text, wrapped bytea)
      language sql stable security definer set search_path = public, pg_temp as $$
        select user_id, key_id, wrapped from user_key
        where key_id <> current_key_id and (after is null or user_id > after) order by user_id limit most
      $$`);
    this.addSql(`
      create function user_key_counts() returns table (key_id text, keys bigint)
      language sql stable security definer set search_path = public, pg_temp as $$
        select key_id, count(*) from user_key group by key_id
      $$`);
    for (const sql of [
      ...plannerFunction('user_keys_to_rewrap(text, uuid, integer)', 'app_worker'),
      ...plannerFunction('user_key_counts()', 'app_api, app_worker'),
    ]) {
      this.addSql(sql);
    }

    this.seenByItsOwner(() => {
      this.addSql(refuseIf(IN_THE_CLEAR, 'texts in the clear, which SQL cannot seal', 'empty it, or delete DATA_DIR'));
      // Remembered answers count for a day; those of people quote their texts.
      this.addSql(`delete from idempotency_key where user_id is not null`);
    });
    this.addSql(`alter table checkin drop column context, drop column notes,
      add column context_sealed bytea, add column notes_sealed bytea`);
    this.addSql(`alter table journal drop column title, add column title_sealed bytea`);
    this.addSql(`alter table device drop column name, add column name_sealed bytea not null`);
    this.addSql(`alter table session drop column device_name, add column device_name_sealed bytea not null`);
    this.addSql(`alter table account add column display_name_sealed bytea`);
    this.addSql(`alter table idempotency_key add column body_sealed bytea,
      add constraint idempotency_key_body_private check (user_id is null or body is null)`);
  }

  override down(): void {
    this.seenByItsOwner(() => {
      this.addSql(refuseIf(SEALED, 'sealed texts, which SQL cannot open', 'delete them first'));
      this.addSql(`delete from idempotency_key where user_id is not null`);
    });
    this.addSql(`alter table idempotency_key drop constraint idempotency_key_body_private, drop column body_sealed`);
    this.addSql(`alter table account drop column display_name_sealed`);
    this.addSql(`alter table session drop column device_name_sealed, add column device_name text not null`);
    this.addSql(`alter table device drop column name_sealed, add column name text not null`);
    this.addSql(`alter table journal drop column title_sealed, add column title text`);
    this.addSql(`alter table checkin drop column context_sealed, drop column notes_sealed,
      add column context text, add column notes text`);
    this.addSql(`drop function user_keys_to_rewrap(text, uuid, integer), user_key_counts()`);
    this.addSql(`drop table user_key`);
  }

  /** Under FORCE row-level security not even the owner, who migrates, sees a row. */
  private seenByItsOwner(statements: () => void): void {
    for (const table of TABLES) this.addSql(`alter table ${table} no force row level security`);
    statements();
    for (const table of TABLES) this.addSql(`alter table ${table} force row level security`);
  }
}

const TABLES = ['account', 'checkin', 'device', 'idempotency_key', 'journal', 'session'];

const IN_THE_CLEAR = `
  exists (select from checkin where context is not null or notes is not null)
  or exists (select from journal where title is not null) or exists (select from device) or exists (select from session)`;

const SEALED = `
  exists (select from account where display_name_sealed is not null)
  or exists (select from checkin where context_sealed is not null or notes_sealed is not null)
  or exists (select from journal where title_sealed is not null) or exists (select from device) or exists (select from session)`;

const refuseIf = (condition: string, what: string, advice: string): string => `
  do $$ begin
    if ${condition} then
      raise exception 'This database holds ${what}. Nothing was changed: keep it with the version it is of, or ${advice}.';
    end if;
  end $$`;

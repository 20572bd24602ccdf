import { Migration } from '@mikro-orm/migrations';
import { plannerFunction, userOwned } from './row-level-security.ts';

/** Everybody's own key, wrapped by the master key. */
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
  }

  override down(): void {
    this.addSql(`drop function user_keys_to_rewrap(text, uuid, integer), user_key_counts()`);
    this.addSql(`drop table user_key`);
  }
}

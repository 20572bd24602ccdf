import { Migration } from '@mikro-orm/migrations';
import { plannerFunction, userOwned } from './row-level-security.ts';

/** The end of a journal: when its recording begins to be deleted, the receipt that it was, and what sweeps ask for. */
export class Migration20261121120000_journal_life extends Migration {
  override up(): void {
    this.addSql(`
      alter table journal
        add column purging_at timestamptz,
        add constraint journal_purged_only_deleted check (purging_at is null or deleted_at is not null)`);
    this.addSql(`create index journal_deleted on journal (deleted_at) where deleted_at is not null`);
    this.addSql(`grant select (id, user_id, deleted_at, purging_at) on journal to planner`);
    this.addSql(`create policy journal_planner on journal for select to planner using (true)`);
    this.receipts();
    this.sweeps();
  }

  /** Refers to no account: it outlives the person's rows, and holds nothing but ids and a digest. */
  private receipts(): void {
    this.addSql(`
      create table deletion_receipt (
        id uuid primary key,
        user_id uuid not null,
        journal_id uuid not null unique,
        object_key_hash bytea not null check (length(object_key_hash) = 32),
        versions_deleted integer not null check (versions_deleted >= 0),
        requested_at timestamptz not null,
        deleted_at timestamptz not null
      )`);
    this.addSql(`create index deletion_receipt_by_user on deletion_receipt (user_id, deleted_at)`);
    for (const sql of userOwned('deletion_receipt', { planner: 'none', api: 'select', worker: 'select, insert' }))
      this.addSql(sql);
    // Rights bind those who sign in; this binds a slip of the owner's hand.
    this.addSql(`
      create function deletion_receipt_refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception 'receipts of deletions are append-only' using errcode = '42501';
      end $$`);
    this.addSql(`
      create trigger deletion_receipt_append_only before update or delete or truncate on deletion_receipt
      for each statement execute function deletion_receipt_refuse_change()`);
  }

  private sweeps(): void {
    this.addSql(`
      create table object_sweep (
        job_id uuid primary key,
        after_key text not null,
        counts jsonb not null,
        updated_at timestamptz not null
      )`);
    this.addSql(`grant select, insert, update, delete on object_sweep to app_worker`);
    // In the order of bytes, as S3 lists.
    this.addSql(`create index audio_metadata_valid on audio_metadata (object_key collate "C") where status = 'valid'`);
    this.addSql(`
      create function journals_to_purge(deleted_before timestamptz, most integer)
      returns table (user_id uuid, journal_id uuid, deleted_at timestamptz)
      language sql stable security definer set search_path = public, pg_temp as $$
        select user_id, id, deleted_at from journal where deleted_at < deleted_before order by deleted_at limit most
      $$`);
    this.addSql(`
      create function known_object_keys(keys text[]) returns table (object_key text)
      language sql stable security definer set search_path = public, pg_temp as $$
        select object_key from audio_metadata where object_key = any(keys)
      $$`);
    // A recording that is being deleted may be gone before its row is.
    this.addSql(`
      create function valid_objects(after_key text, upto_key text, most integer)
      returns table (journal_id uuid, object_key text, object_version text)
      language sql stable security definer set search_path = public, pg_temp as $$
        select audio.journal_id, audio.object_key, audio.object_version
        from audio_metadata audio join journal on journal.id = audio.journal_id
        where audio.status = 'valid' and journal.purging_at is null
          and audio.object_key collate "C" > after_key and (upto_key is null or audio.object_key collate "C" <= upto_key)
        order by audio.object_key collate "C" limit most
      $$`);
    for (const signature of [
      'journals_to_purge(timestamptz, integer)',
      'known_object_keys(text[])',
      'valid_objects(text, text, integer)',
    ])
      for (const sql of plannerFunction(signature, 'app_worker')) this.addSql(sql);
  }

  override down(): void {
    this.addSql(
      `drop function journals_to_purge(timestamptz, integer), known_object_keys(text[]), valid_objects(text, text, integer)`,
    );
    this.addSql(`drop index audio_metadata_valid`);
    this.addSql(`drop table object_sweep, deletion_receipt`);
    this.addSql(`drop function deletion_receipt_refuse_change()`);
    this.addSql(`drop policy journal_planner on journal`);
    this.addSql(`revoke select (id, user_id, deleted_at, purging_at) on journal from planner`);
    this.addSql(`drop index journal_deleted`);
    this.addSql(`alter table journal drop constraint journal_purged_only_deleted, drop column purging_at`);
  }
}

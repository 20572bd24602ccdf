import { Migration } from '@mikro-orm/migrations';
import { plannerFunction, userOwned } from './row-level-security.ts';

/**
 * Exports: what is in one, its texts sealed and in pieces, and the addresses it may be had at. Recordings are named, not
 * copied: what is deleted from the object store is in no export any more.
 */
export class Migration20261121120300_exports extends Migration {
  override up(): void {
    this.addSql(`
      create table export (
        id uuid primary key,
        user_id uuid not null references account on delete cascade,
        kind text not null check (kind in ('account', 'journal')),
        journal_id uuid references journal on delete cascade,
        job_id uuid not null,
        size bigint,
        created_at timestamptz not null,
        ready_at timestamptz,
        expires_at timestamptz not null,
        check ((kind = 'journal') = (journal_id is not null)),
        check ((ready_at is null) = (size is null))
      )`);
    // One at a time of each kind, and for a journal of each journal.
    this.addSql(`
      create unique index export_being_made on export (user_id, kind, coalesce(journal_id, user_id)) where ready_at is null`);
    this.addSql(`create index export_expiring on export (expires_at)`);
    this.addSql(`create index export_journal on export (journal_id) where journal_id is not null`);
    this.addSql(`
      create table export_entry (
        export_id uuid not null references export on delete cascade,
        number integer not null,
        user_id uuid not null references account on delete cascade,
        path text not null,
        bytes bigint not null check (bytes >= 0),
        crc32 bigint not null check (crc32 between 0 and 4294967295),
        sha256 bytea not null check (length(sha256) = 32),
        object_key text,
        object_version text,
        primary key (export_id, number),
        unique (export_id, path)
      )`);
    this.addSql(`create index export_entry_by_user on export_entry (user_id)`);
    this.addSql(`
      create table export_piece (
        export_id uuid not null,
        entry_number integer not null,
        number integer not null,
        user_id uuid not null references account on delete cascade,
        bytes integer not null,
        body_sealed bytea not null,
        primary key (export_id, entry_number, number),
        foreign key (export_id, entry_number) references export_entry on delete cascade deferrable initially deferred
      )`);
    this.addSql(`create index export_piece_by_user on export_piece (user_id)`);
    this.addSql(`
      create table export_link (
        token_hash bytea primary key check (length(token_hash) = 32),
        user_id uuid not null references account on delete cascade,
        export_id uuid not null references export on delete cascade,
        expires_at timestamptz not null,
        created_at timestamptz not null
      )`);
    this.addSql(`create index export_link_of on export_link (export_id)`);
    this.addSql(`create index export_link_by_user on export_link (user_id)`);
    for (const sql of [
      ...userOwned('export', { planner: 'all', api: 'select, insert, delete', worker: 'select, update' }),
      ...userOwned('export_entry', { planner: 'none', api: 'select', worker: 'select, insert' }),
      ...userOwned('export_piece', { planner: 'none', api: 'select', worker: 'select, insert' }),
      ...userOwned('export_link', { planner: 'none', api: 'select, insert, delete', worker: '' }),
    ])
      this.addSql(sql);
    // With the rows go the pieces and the links.
    this.addSql(`
      create function exports_expire(expired_before timestamptz, most integer) returns integer
      language sql volatile security definer set search_path = public, pg_temp as $$
        with gone as (
          delete from export where id in (select id from export where expires_at <= expired_before order by expires_at limit most)
          returning id
        )
        select count(*)::integer from gone
      $$`);
    for (const sql of plannerFunction('exports_expire(timestamptz, integer)', 'app_worker')) this.addSql(sql);
  }

  override down(): void {
    this.addSql(`drop function exports_expire(timestamptz, integer)`);
    this.addSql(`drop table export_link, export_piece, export_entry, export`);
  }
}

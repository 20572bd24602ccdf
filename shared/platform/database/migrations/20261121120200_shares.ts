import { Migration } from '@mikro-orm/migrations';
import { plannerFunction, userOwned } from './row-level-security.ts';

/** Links that open one recording each, and the keys that phones keep with us without our being able to read them. */
export class Migration20261121120200_shares extends Migration {
  override up(): void {
    this.addSql(`
      create table key_bundle (
        user_id uuid primary key references account on delete cascade,
        bundle_sealed bytea not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`);
    this.addSql(`
      create table journal_share (
        id uuid primary key,
        user_id uuid not null references account on delete cascade,
        journal_id uuid not null references journal on delete cascade,
        token_hash bytea not null unique,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        max_downloads smallint not null check (max_downloads between 1 and 100),
        downloads smallint not null default 0 check (downloads between 0 and max_downloads)
      )`);
    this.addSql(`create index journal_share_owner on journal_share (user_id, id desc)`);
    this.addSql(`create index journal_share_journal on journal_share (journal_id, id desc)`);
    for (const sql of [
      ...userOwned('key_bundle', { planner: 'none', api: 'select, insert, update', worker: '' }),
      ...userOwned('journal_share'),
    ]) {
      this.addSql(sql);
    }
    // Whose rows to look among, and nothing else: whether the link still opens anything is seen with the owner's own rights.
    this.addSql(`
      create function journal_share_owner(hash bytea) returns uuid
      language sql stable security definer set search_path = public, pg_temp as $$
        select user_id from journal_share where token_hash = hash
      $$`);
    for (const sql of plannerFunction('journal_share_owner(bytea)', 'app_api')) this.addSql(sql);
  }

  override down(): void {
    this.addSql(`drop function journal_share_owner(bytea)`);
    this.addSql(`drop table journal_share, key_bundle`);
  }
}

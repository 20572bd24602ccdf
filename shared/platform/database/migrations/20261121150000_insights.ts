import { Migration } from '@mikro-orm/migrations';
import { plannerFunction, userOwned } from './row-level-security.ts';

/** What people are told of their moods, what of it they deleted, and when a run last spoke. */
export class Migration20261121150000_insights extends Migration {
  override up(): void {
    this.addSql(`
      create table insight (
        id uuid primary key,
        user_id uuid not null references account on delete cascade,
        key text not null,
        version smallint not null,
        finding jsonb not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        announced_at timestamptz,
        hidden_at timestamptz,
        ended_at timestamptz,
        unique (user_id, key)
      )`);
    this.addSql(`create index insight_list on insight (user_id, id desc)`);
    this.addSql(`create index insight_last_found on insight (updated_at)`);
    this.addSql(`
      create table insight_tombstone (
        user_id uuid not null references account on delete cascade,
        key text not null,
        deleted_at timestamptz not null,
        primary key (user_id, key)
      )`);
    this.addSql(`create index insight_tombstone_age on insight_tombstone (deleted_at)`);
    // Not with the insights: deleting those must not let another one about worsening in.
    this.addSql(`
      create table insight_run (
        user_id uuid primary key references account on delete cascade,
        computed_at timestamptz not null,
        worsening_told_at timestamptz,
        -- Of what runs have found without a break, told or not, since when: key to instant.
        found_since jsonb not null
      )`);
    for (const sql of [
      ...userOwned('insight', {
        planner: 'all',
        api: 'select, update (hidden_at), delete',
        worker: 'select, insert, update',
      }),
      ...userOwned('insight_tombstone', {
        planner: 'all',
        api: 'select, insert, update (deleted_at)',
        worker: 'select',
      }),
      ...userOwned('insight_run', { planner: 'none', api: '', worker: 'select, insert, update' }),
    ])
      this.addSql(sql);
    this.addSql(`
      create function insights_forget(before timestamptz, most integer) returns integer
      language sql volatile security definer set search_path = public, pg_temp as $$
        with gone as (
          delete from insight where id in (
            select id from insight where updated_at <= before order by updated_at limit most for update skip locked
          ) returning 1
        ), forgotten as (
          delete from insight_tombstone where (user_id, key) in (
            select user_id, key from insight_tombstone where deleted_at <= before order by deleted_at limit most
            for update skip locked
          ) returning 1
        )
        select ((select count(*) from gone) + (select count(*) from forgotten))::integer
      $$`);
    for (const sql of plannerFunction('insights_forget(timestamptz, integer)', 'app_worker')) this.addSql(sql);
  }

  override down(): void {
    this.addSql(`drop function insights_forget(timestamptz, integer)`);
    this.addSql(`drop table insight_run, insight_tombstone, insight`);
  }
}

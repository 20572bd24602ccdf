import { Migration } from '@mikro-orm/migrations';
import { userOwned } from './row-level-security.ts';

/** Streaks as stored runs, explicit freezes, and achievements. */
export class Migration20261121100300_progress extends Migration {
  override up(): void {
    this.addSql(`
      create table user_streak (
        user_id uuid primary key references account on delete cascade,
        runs jsonb not null,
        longest_streak integer not null,
        last_activity_date date,
        last_time_zone text,
        updated_at timestamptz not null
      )`);
    // Local dates whose activity changed since the runs were folded. A row for each change and no key: an insert that met
    // an existing row would leave its own change behind when that row is taken before it commits.
    this.addSql(`
      create table streak_change (
        user_id uuid not null references account on delete cascade,
        local_date date not null
      )`);
    this.addSql(`create index streak_change_of on streak_change (user_id)`);
    this.addSql(`
      create table streak_freeze (
        user_id uuid not null references account on delete cascade,
        local_date date not null,
        reason text not null,
        granted_at timestamptz not null default now(),
        primary key (user_id, local_date)
      )`);
    this.addSql(`
      create table achievement_type (
        id integer primary key,
        code text not null,
        tier smallint not null,
        name jsonb not null,
        description jsonb not null,
        criteria jsonb not null,
        hidden boolean not null default false,
        enabled boolean not null default true,
        unique (code, tier)
      )`);
    this.addSql(`
      create table user_achievement (
        id uuid primary key,
        user_id uuid not null references account on delete cascade,
        achievement_type_id integer not null references achievement_type,
        tier smallint not null,
        occurrence integer not null default 1,
        earned_at timestamptz not null,
        created_at timestamptz not null default now(),
        unique (user_id, achievement_type_id, tier, occurrence)
      )`);
    this.addSql(`grant select on achievement_type to app_api, app_worker`);
    for (const sql of [
      ...userOwned('user_streak', { planner: 'none' }),
      ...userOwned('streak_change', { planner: 'none', api: 'select, insert', worker: 'select, insert, delete' }),
      ...userOwned('streak_freeze', { planner: 'none' }),
      ...userOwned('user_achievement', { planner: 'none', worker: 'select, insert', api: 'select' }),
    ]) {
      this.addSql(sql);
    }
  }

  override down(): void {
    this.addSql(`drop table user_achievement, achievement_type, streak_freeze, streak_change, user_streak`);
  }
}

import { Migration } from '@mikro-orm/migrations';
import { userOwned } from './row-level-security.ts';

/**
 * Check-ins lie in partitions of a month in UTC, made ahead by a schedule and, for what was felt long ago, when the first
 * check-in of a month comes; before 2020, of a year. Every connection pays for every partition: 324 of them, which anybody
 * could have made with one file, cost each 35 MB and a few milliseconds with every question. A person's rows are found by when they were felt; where an id alone is known, `activity`,
 * which has a row for each check-in and is not partitioned, says when that was.
 *
 * Rows come in the order of time, so that no two of a person's lie on the same page; an analysis finds all it needs in the
 * index, where they lie together.
 */
export class Migration20261121140100_checkin_months extends Migration {
  override up(): void {
    this.setAside();
    // No unique index of a partitioned table is on an id alone, so nothing can refer to it; undoing a check-in unlinks it.
    for (const side of SIDES) this.addSql(`alter table journal drop constraint journal_${side}_checkin_id_fkey`);
    this.addSql(`drop table checkin`);
    this.addSql(`
      create table checkin (
        id uuid not null, ${COLUMNS},
        constraint checkin_history primary key (user_id, occurred_at, id)
          include (emotion_type_id, intensity, local_date, time_zone, related_tool_id)
      ) partition by range (occurred_at)`);
    for (const sql of userOwned('checkin', { planner: 'none' })) this.addSql(sql);
    this.addSql(ENSURE_MONTHS);
    this.addSql(`revoke execute on function checkin_ensure_months(date[]) from public`);
    this.addSql(`grant execute on function checkin_ensure_months(date[]) to app_api, app_worker`);
    this.addSql(
      `select checkin_ensure_months(array(select distinct (occurred_at at time zone 'UTC')::date from checkin_aside))`,
    );
    this.addSql(
      `select checkin_ensure_months(array(select (now() + n * interval '1 month')::date from generate_series(0, 3) as n))`,
    );
    this.bringBack();
    // What is asked with every analysis that was kept: whether any check-in has come since.
    this.addSql(`create index activity_checkins on activity (user_id, received_at) where kind = 'checkin'`);
  }

  override down(): void {
    this.addSql(`drop index activity_checkins`);
    this.setAside();
    this.addSql(`drop table checkin`);
    this.addSql(`drop function checkin_ensure_months(date[])`);
    this.addSql(`create table checkin (id uuid primary key, ${COLUMNS})`);
    this.addSql(`create index checkin_history on checkin (user_id, occurred_at desc, id desc)`);
    for (const sql of userOwned('checkin', { planner: 'none' })) this.addSql(sql);
    this.bringBack();
    for (const side of SIDES)
      this.addSql(`
        alter table journal add constraint journal_${side}_checkin_id_fkey
        foreign key (${side}_checkin_id) references checkin on delete set null`);
  }

  /** Under FORCE row-level security not even the owner, who migrates, sees a row. */
  private setAside(): void {
    this.addSql(`alter table checkin no force row level security`);
    this.addSql(`create temporary table checkin_aside on commit drop as select * from checkin`);
  }

  private bringBack(): void {
    this.addSql(`alter table checkin no force row level security`);
    this.addSql(`insert into checkin (${NAMES}) select ${NAMES} from checkin_aside`);
    this.addSql(`alter table checkin force row level security`);
    this.addSql(`drop table checkin_aside`);
  }
}

const SIDES = ['pre', 'post'];

const COLUMNS = `
  user_id uuid not null references account on delete cascade,
  emotion_type_id smallint not null references emotion_type,
  intensity smallint not null check (intensity between 1 and 10),
  occurred_at timestamptz not null,
  time_zone text not null,
  local_date date not null,
  received_at timestamptz not null,
  related_journal_id uuid,
  related_tool_id uuid,
  context_sealed bytea,
  notes_sealed bytea`;

const NAMES = `id, user_id, emotion_type_id, intensity, occurred_at, time_zone, local_date, received_at, related_journal_id,
  related_tool_id, context_sealed, notes_sealed`;

const ENSURE_MONTHS = `
  create function checkin_ensure_months(months date[]) returns integer
  language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '2s' as $$
  declare span record; child text; made integer := 0;
  begin
    for span in
      select distinct date_trunc(unit, day::timestamp)::date as start, ('1 ' || unit)::interval as length,
             to_char(day, case unit when 'year' then 'YYYY' else 'YYYYMM' end) as name
      from unnest(months) as day,
           lateral (select case when day < date '2020-01-01' then 'year' else 'month' end as unit) as coarseness
      order by start
    loop
      child := 'checkin_' || span.name;
      continue when to_regclass(child) is not null;
      if span.start < date '2000-01-01' or span.start >= date '2100-01-01' then
        raise exception 'no check-in is of %', span.name;
      end if;
      perform pg_advisory_xact_lock(hashtext('checkin_months'));
      -- Asked of the table itself: to_regclass may still remember that there was none.
      continue when exists (select from pg_class where relname = child and relnamespace = 'public'::regnamespace);
      -- Attached rather than made in place, which would keep everybody from reading and writing meanwhile.
      execute format('create table %I (like checkin including defaults including constraints)', child);
      execute format('alter table %I enable row level security, force row level security', child);
      execute format('alter table checkin attach partition %I for values from (%L) to (%L)', child,
        span.start::timestamp at time zone 'UTC', (span.start + span.length) at time zone 'UTC');
      made := made + 1;
    end loop;
    return made;
  end $$`;

import { Migration } from '@mikro-orm/migrations';

/** The job ledger: live and dead rows in `job`, history in day partitions that retention drops whole. */
export class Migration20261121100000_ledger extends Migration {
  override up(): void {
    this.addSql(`
      create table job (
        id uuid primary key,
        kind text not null,
        version smallint not null,
        pool text not null,
        lane smallint not null check (lane between 1 and 3),
        subject uuid,
        payload jsonb not null check (octet_length(payload::text) <= 4096),
        live_key text,
        coalesced integer not null default 0,
        state text not null default 'pending'
          check (state in ('pending', 'dispatched', 'running', 'retrying', 'parked', 'dead')),
        dispatch integer not null default 0,
        fence integer not null default 0,
        attempts integer not null default 0,
        crashes integer not null default 0,
        due_at timestamptz not null default now(),
        ready_at timestamptz not null default now(),
        expires_at timestamptz,
        worker text,
        trace_parent text,
        request_id text,
        last_error_code text,
        last_error_class text,
        created_at timestamptz not null default now(),
        started_at timestamptz
      ) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
              autovacuum_vacuum_cost_delay = 0)`);
    this.addSql(`create unique index job_live_key on job (kind, live_key) where live_key is not null`);
    this.addSql(
      `create index job_waiting on job (pool, lane, due_at) where state in ('pending', 'retrying', 'parked')`,
    );
    // Only sweeps look for all jobs of a state, and say so in these words. In plain words the planner would use these
    // indexes to look up single jobs too: it takes them to be as good as empty, and reads every running job to end one.
    this.addSql(`create index job_dispatched on job (due_at) where state collate "C" = 'dispatched'`);
    this.addSql(`create index job_running on job (due_at) where state collate "C" = 'running'`);
    this.addSql(`create index job_expiring on job (expires_at) where expires_at is not null`);
    this.addSql(`create index job_dead on job (pool, created_at) where state = 'dead'`);

    this.addSql(`
      create table job_done (
        id uuid not null, kind text not null, version smallint not null, pool text not null, lane smallint not null,
        subject uuid, payload jsonb not null, attempts integer not null, crashes integer not null,
        outcome text not null check (outcome in ('done', 'cancelled', 'expired')), result jsonb,
        trace_parent text, request_id text,
        created_at timestamptz not null, started_at timestamptz, finished_at timestamptz not null
      ) partition by range (finished_at)`);
    this.addSql(`create table job_done_rest partition of job_done default`);
    this.addSql(`create index job_done_id on job_done (id)`);

    this.addSql(`
      create table job_attempt (
        job_id uuid not null, kind text not null, pool text not null,
        attempt integer not null, fence integer not null, worker text,
        outcome text not null, error_code text, error_class text,
        wait_ms double precision, run_ms double precision, started_at timestamptz, finished_at timestamptz not null
      ) partition by range (finished_at)`);
    this.addSql(`create table job_attempt_rest partition of job_attempt default`);
    this.addSql(`create index job_attempt_job on job_attempt (job_id)`);
    // Rows arrive in order of finishing, so a block-range index finds the last minute at almost no cost to writers.
    this.addSql(`create index job_attempt_recent on job_attempt using brin (finished_at) with (pages_per_range = 16)`);

    this.addSql(`
      create table schedule_fire (
        name text not null, slot timestamptz not null, fired_at timestamptz not null default now(),
        primary key (name, slot)
      )`);

    this.addSql(`
      create table worker_process (
        id text primary key, pools text[] not null, roles text[] not null,
        started_at timestamptz not null default now(), seen_at timestamptz not null default now()
      )`);
    this.addSql(`
      create table pool_scale (
        pool text primary key, desired integer not null, workers integer not null, state jsonb not null,
        decided_at timestamptz not null default now()
      )`);

    this.addSql(`create table backfill (name text primary key, cursor text, done_at timestamptz)`);

    // A stale fence must fail the statement that travels with COMMIT, so that COMMIT rolls back.
    this.addSql(`
      create function ledger_require_fence(ended bigint) returns boolean language plpgsql as $$
      begin
        if ended = 0 then raise exception 'stale fence' using errcode = 'AM001'; end if;
        return true;
      end $$`);
    this.addSql(`
      create function ledger_ensure_partitions(days_ahead integer) returns integer
      language plpgsql security definer set search_path = public, pg_temp as $$
      declare day date; parent text; child text; made integer := 0;
      begin
        perform pg_advisory_xact_lock(hashtext('ledger_partitions'));
        for day in select (now() at time zone 'UTC')::date + n from generate_series(0, days_ahead) n loop
          foreach parent in array array['job_done', 'job_attempt'] loop
            child := parent || '_' || to_char(day, 'YYYYMMDD');
            if to_regclass(child) is null then
              -- Where upkeep has not run for long, rows of this day lie in the rest and must move over first.
              execute format('create table %I (like %I including defaults including constraints)', child, parent);
              execute format('with moved as (delete from %I where finished_at >= %L and finished_at < %L returning *)
                insert into %I select * from moved', parent || '_rest', day::timestamp at time zone 'UTC',
                (day + 1)::timestamp at time zone 'UTC', child);
              execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, child,
                day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
              made := made + 1;
            end if;
          end loop;
        end loop;
        return made;
      end $$`);
    this.addSql(`
      create function ledger_drop_partitions(keep_days integer) returns setof text
      language plpgsql security definer set search_path = public, pg_temp as $$
      declare name text;
      begin
        if keep_days < 1 then raise exception 'at least one day is kept'; end if;
        perform pg_advisory_xact_lock(hashtext('ledger_partitions'));
        for name in
          select child.relname from pg_inherits
          join pg_class child on child.oid = inhrelid
          join pg_class parent on parent.oid = inhparent
          where parent.relname in ('job_done', 'job_attempt') and child.relname ~ '_[0-9]{8}$'
            and to_date(right(child.relname, 8), 'YYYYMMDD') < (now() at time zone 'UTC')::date - keep_days
        loop
          execute format('drop table %I', name);
          return next name;
        end loop;
        delete from job_done_rest where finished_at < now() - keep_days * interval '1 day';
        delete from job_attempt_rest where finished_at < now() - keep_days * interval '1 day';
      end $$`);
    this.addSql(`select ledger_ensure_partitions(7)`);
    this.addSql(
      `revoke execute on function ledger_ensure_partitions(integer), ledger_drop_partitions(integer) from public`,
    );
    this.addSql(
      `grant execute on function ledger_ensure_partitions(integer), ledger_drop_partitions(integer) to app_worker`,
    );

    // Workers run everybody's jobs and the rows hold only ids; the API sees and writes the jobs of its own user.
    for (const table of ['job', 'job_done']) {
      this.addSql(`alter table ${table} enable row level security`);
      this.addSql(`alter table ${table} force row level security`);
      this.addSql(`create policy ${table}_worker on ${table} to app_worker using (true) with check (true)`);
      this.addSql(`
        create policy ${table}_own on ${table} to app_api
        using (subject is not distinct from nullif(current_setting('app.user_id', true), '')::uuid)
        with check (subject is not distinct from nullif(current_setting('app.user_id', true), '')::uuid)`);
    }
    this.addSql(`grant select, insert, update, delete on job to app_worker`);
    this.addSql(`grant select, insert on job_done, job_attempt to app_worker`);
    this.addSql(`grant select, insert, update on job to app_api`);
    this.addSql(`grant select on job_done to app_api`);
    this.addSql(`grant select, insert, delete on schedule_fire to app_worker`);
    this.addSql(`grant select, insert, update, delete on worker_process, pool_scale, backfill to app_worker`);
    this.addSql(`grant select on worker_process, pool_scale to app_api`);
  }

  override down(): void {
    this.addSql(`drop table job, job_done, job_attempt, schedule_fire, worker_process, pool_scale, backfill`);
    this.addSql(
      `drop function ledger_require_fence(bigint), ledger_ensure_partitions(integer), ledger_drop_partitions(integer)`,
    );
  }
}

import { Migration } from '@mikro-orm/migrations';
import { plannerFunction } from './row-level-security.ts';

/** What an administrator does for somebody who lost their second factor, and the sweeping of what is over. */
export class Migration20261121110600_operators_upkeep extends Migration {
  override up(): void {
    this.secondFactor();
    this.sweeping();
  }

  private secondFactor(): void {
    this.addSql(`create policy second_factor_planner on second_factor to planner using (true)`);
    this.addSql(`grant select (user_id), delete on second_factor to planner`);
    // Rows of a user's jobs are the user's: the operator, whose transaction it is, could not add the mail that tells them.
    this.addSql(`
      create policy job_planner_mail on job for insert to planner
      with check (kind = 'mail.send' and payload = jsonb_build_object('template', 'second_factor_changed', 'userId', subject))`);
    this.addSql(`grant insert (id, kind, version, pool, lane, subject, payload, expires_at) on job to planner`);
    this.addSql(`
      create function account_reset_second_factor(target uuid, mail_id uuid, at timestamptz) returns boolean
      language plpgsql security definer set search_path = public, pg_temp as $$
      begin
        delete from second_factor where user_id = target;
        if not found then return false; end if;
        update session set second_factor_at = null where user_id = target;
        update operator_session set revoked_at = at where user_id = target and revoked_at is null;
        insert into job (id, kind, version, pool, lane, subject, payload, expires_at)
        values (mail_id, 'mail.send', 1, 'mail', 1, target,
                jsonb_build_object('template', 'second_factor_changed', 'userId', target), now() + interval '24 hours');
        return true;
      end $$`);
    for (const sql of plannerFunction('account_reset_second_factor(uuid, uuid, timestamptz)', 'app_api'))
      this.addSql(sql);
  }

  private sweeping(): void {
    this.addSql(`create policy email_change_planner on email_change to planner using (true)`);
    this.addSql(`grant select (id, expires_at, changed_at), delete on email_change to planner`);
    // One that was made stays until the old address has been told of it.
    this.addSql(`
      create function email_change_forget(expired_before timestamptz, most integer) returns integer
      language sql security definer set search_path = public, pg_temp as $$
        with gone as (
          delete from email_change where id in (
            select id from email_change where changed_at is null and expires_at < expired_before
            order by expires_at limit most
          ) returning 1
        )
        select count(*)::integer from gone
      $$`);
    this.addSql(`
      create function operator_session_forget(over_before timestamptz, most integer) returns integer
      language sql security definer set search_path = public, pg_temp as $$
        with gone as (
          delete from operator_session where id in (
            select id from operator_session where least(revoked_at, expires_at) < over_before
            order by least(revoked_at, expires_at) limit most
          ) returning 1
        )
        select count(*)::integer from gone
      $$`);
    for (const name of ['email_change_forget', 'operator_session_forget'])
      for (const sql of plannerFunction(`${name}(timestamptz, integer)`, 'app_worker')) this.addSql(sql);
  }

  override down(): void {
    this.addSql(`
      drop function account_reset_second_factor(uuid, uuid, timestamptz), email_change_forget(timestamptz, integer),
        operator_session_forget(timestamptz, integer)`);
    this.addSql(`drop policy second_factor_planner on second_factor`);
    this.addSql(`revoke select (user_id), delete on second_factor from planner`);
    this.addSql(`drop policy job_planner_mail on job`);
    this.addSql(`
      revoke insert (id, kind, version, pool, lane, subject, payload, expires_at) on job from planner`);
    this.addSql(`drop policy email_change_planner on email_change`);
    this.addSql(`revoke select (id, expires_at, changed_at), delete on email_change from planner`);
  }
}

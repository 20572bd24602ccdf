import { Migration } from '@mikro-orm/migrations';
import { plannerFunction } from './row-level-security.ts';

/** Forgets sessions some time after they are over, whoever's they are. */
export class Migration20261121110200_session_upkeep extends Migration {
  override up(): void {
    // A session is over when it ends or runs out, whichever comes first; least() passes over null.
    this.addSql(`create index session_over on session (least(revoked_at, expires_at))`);
    this.addSql(`drop index session_expiry`);
    this.addSql(`
      create function session_forget(over_before timestamptz, most integer) returns integer
      language sql security definer set search_path = public, pg_temp as $$
        with gone as (
          delete from session where id in (
            select id from session where least(revoked_at, expires_at) < over_before
            order by least(revoked_at, expires_at) limit most for update skip locked
          ) returning 1
        )
        select count(*)::integer from gone
      $$`);
    for (const sql of plannerFunction('session_forget(timestamptz, integer)', 'app_worker')) this.addSql(sql);
  }

  override down(): void {
    this.addSql(`drop function session_forget(timestamptz, integer)`);
    this.addSql(`create index session_expiry on session (expires_at)`);
    this.addSql(`drop index session_over`);
  }
}

import { Migration } from '@mikro-orm/migrations';
import { plannerFunction } from './row-level-security.ts';

/** What a stream of events needs: which jobs are followed, how far they are, and whose streams must end. */
export class Migration20261121120310_events extends Migration {
  override up(): void {
    this.addSql(`
      alter table job
        add column followed boolean not null default false,
        add column progress_done bigint,
        add column progress_total bigint`);
    // Of the few kinds that somebody waits for; the others cost it nothing.
    this.addSql(`create index job_followed on job (subject) where followed`);
    // One question for all streams of a process, every few seconds: who of these is no longer who their token says?
    this.addSql(`
      create function ended_standings(user_ids uuid[], session_ids uuid[], versions integer[], issued timestamptz[])
      returns table (place integer)
      language sql stable security definer set search_path = public, pg_temp as $$
        select asked.place::integer
        from unnest(user_ids, session_ids, versions, issued) with ordinality
          as asked (user_id, session_id, version, issued_at, place)
        where not exists (
          select from account where account.id = asked.user_id and account.status = 'active' and
            case when asked.session_id is null then account.signed_out_at is null or account.signed_out_at <= asked.issued_at
            else account.token_version = asked.version and exists (
              select from session
              where session.id = asked.session_id and session.user_id = account.id and session.revoked_at is null)
            end)
      $$`);
    for (const sql of plannerFunction('ended_standings(uuid[], uuid[], integer[], timestamptz[])', 'app_api'))
      this.addSql(sql);
  }

  override down(): void {
    this.addSql(`drop function ended_standings(uuid[], uuid[], integer[], timestamptz[])`);
    this.addSql(`drop index job_followed`);
    this.addSql(`alter table job drop column followed, drop column progress_done, drop column progress_total`);
  }
}

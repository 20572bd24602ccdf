import { Migration } from '@mikro-orm/migrations';
import { plannerFunction } from './row-level-security.ts';

/**
 * A change of address outlives its completion, until the old address has been told; a newer change neither hides it nor
 * stops that mail. And workers may ask who has proved an address to be theirs: nobody else is mailed a token for it.
 */
export class Migration20261121110100_email_changes extends Migration {
  override up(): void {
    // Nothing could be asked for yet that would have left a row here.
    this.addSql(`delete from email_change`);
    this.addSql(`
      alter table email_change
        drop constraint email_change_pkey,
        add column id uuid primary key,
        add column old_email text not null,
        add column changed_at timestamptz`);
    this.addSql(`create unique index email_change_pending on email_change (user_id) where changed_at is null`);
    this.addSql(`create index email_change_user on email_change (user_id)`);
    this.addSql(`
      create function account_id_by_email(address text) returns uuid
      language sql stable security definer set search_path = public, pg_temp as $$
        select id from account where email_normalized = address and status <> 'unverified'
      $$`);
    for (const sql of plannerFunction('account_id_by_email(text)', 'app_worker')) this.addSql(sql);
  }

  override down(): void {
    this.addSql(`drop function account_id_by_email(text)`);
    this.addSql(`delete from email_change`);
    this.addSql(`drop index email_change_user, email_change_pending`);
    this.addSql(`
      alter table email_change
        drop column changed_at,
        drop column old_email,
        drop column id,
        add primary key (user_id)`);
  }
}

import { Migration } from '@mikro-orm/migrations';
import { plannerFunction } from './row-level-security.ts';

/**
 * What the limits have counted, where PostgreSQL is their store. Nobody's rows: the keys are hashes. Not logged: after a
 * crash it is empty, which costs a few tries of somebody, and until then nothing waits for the disk.
 *
 * The columns are those that rate-limiter-flexible expects, in its order.
 */
export class Migration20261121110300_rate_limits extends Migration {
  override up(): void {
    this.addSql(`
      create unlogged table rate_limits (
        key varchar(255) primary key,
        points integer not null default 0,
        expire bigint
      ) with (fillfactor = 50)`);
    this.addSql(`create index rate_limits_expiry on rate_limits (expire)`);
    this.addSql(`grant select, insert, update, delete on rate_limits to app_api`);
    this.addSql(`
      create function account_knows_device(address text, phone text) returns boolean
      language sql stable security definer set search_path = public, pg_temp as $$
        select exists (
          select from account join device known on known.user_id = account.id
          where account.email_normalized = address and known.device_id = phone
        )
      $$`);
    for (const sql of plannerFunction('account_knows_device(text, text)', 'app_api')) this.addSql(sql);
  }

  override down(): void {
    this.addSql(`drop function account_knows_device(text, text)`);
    this.addSql(`drop table rate_limits`);
  }
}

import { Migration } from '@mikro-orm/migrations';

/**
 * When somebody first signed in on a device. Registering one takes an access token and no password: it alone must neither
 * open limits of its own for guessing passwords nor keep the mail about a new device from being sent.
 *
 * Devices of before count as new ones until somebody signs in on them again.
 */
export class Migration20261121110700_known_devices extends Migration {
  override up(): void {
    this.addSql(`alter table device add column signed_in_at timestamptz`);
    this.addSql(knowsDevice('known.device_id = phone and known.signed_in_at is not null'));
  }

  override down(): void {
    this.addSql(knowsDevice('known.device_id = phone'));
    this.addSql(`alter table device drop column signed_in_at`);
  }
}

const knowsDevice = (condition: string): string => `
      create or replace function account_knows_device(address text, phone text) returns boolean
      language sql stable security definer set search_path = public, pg_temp as $$
        select exists (
          select from account join device known on known.user_id = account.id
          where account.email_normalized = address and ${condition}
        )
      $$`;

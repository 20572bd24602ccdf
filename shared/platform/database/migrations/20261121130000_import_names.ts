import { Migration } from '@mikro-orm/migrations';

/** Which import a name was claimed by: what it created it knows again, whatever any clock says. */
export class Migration20261121130000_import_names extends Migration {
  override up(): void {
    this.addSql(`alter table checkin_client_id add column import_id uuid`);
  }

  override down(): void {
    this.addSql(`alter table checkin_client_id drop column import_id`);
  }
}

import { Migration } from '@mikro-orm/migrations';

/** Recordings that are uploaded in parts: the upload at the object store, and what the phone said of its parts. */
export class Migration20261121120100_multipart extends Migration {
  override up(): void {
    this.addSql(`
      alter table audio_metadata
        add column upload_id text,
        add column part_size integer,
        add column part_checksums text[],
        add column part_etags text[],
        add constraint audio_metadata_parts_whole check (
          (upload_id is null) = (part_size is null)
          and (upload_id is not null or (part_checksums is null and part_etags is null)))`);
  }

  override down(): void {
    this.addSql(`
      alter table audio_metadata
        drop constraint audio_metadata_parts_whole,
        drop column part_etags,
        drop column part_checksums,
        drop column part_size,
        drop column upload_id`);
  }
}

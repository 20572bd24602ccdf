import { Migration } from '@mikro-orm/migrations';

/** A word for when nothing is good or bad: its valence of 0 makes a mood of 0, however intense. */
export class Migration20261121140300_neutral_emotion extends Migration {
  override up(): void {
    this.addSql(`
      insert into emotion_type (id, name, description, category, valence) values
        (13, 'neutral', 'Neither good nor bad, simply okay', 'neutral', 0)`);
  }

  /** Refused, by the foreign key, once a check-in names it: no other feeling means the same. */
  override down(): void {
    this.addSql(`delete from emotion_type where id = 13`);
  }
}

import { applyMigrations, connectOwner, type MigrationTarget } from './platform/database/migrate.ts';
import { upsertAchievementTypes } from './progress/achievement-type-store.ts';
import { type AchievementDefinition, starterAchievements } from './progress/starter-achievements.ts';

/** Brings an empty or older database to the newest schema, and to today's achievements. Run again it changes nothing. */
export async function migrateUp(
  target: MigrationTarget,
  achievements: readonly AchievementDefinition[] = starterAchievements,
): Promise<void> {
  await applyMigrations(target);
  const owner = await connectOwner(target);
  try {
    await upsertAchievementTypes((text, values) => owner.query(text, values), achievements);
  } finally {
    await owner.end();
  }
}

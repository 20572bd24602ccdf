import type { AchievementDefinition } from './starter-achievements.ts';

/** One statement on a connection of the owner's; only the owner may write achievement types. */
type Statement = (text: string, values: unknown[]) => Promise<unknown>;

/**
 * Adds the types that are missing and brings the words, criteria and visibility of the others up to date. Whether a type is
 * enabled is left as it is: that is the operators' to say. Types that are no longer defined stay, for those who earned them.
 */
export async function upsertAchievementTypes(
  query: Statement,
  definitions: readonly AchievementDefinition[],
): Promise<void> {
  await query(UPSERT, [JSON.stringify(definitions)]);
}

const UPSERT = `
  insert into achievement_type as known (id, code, tier, name, description, criteria, hidden)
  select id, code, tier, name, description, criteria, hidden
  from jsonb_to_recordset($1::jsonb) as defined
    (id integer, code text, tier smallint, name jsonb, description jsonb, criteria jsonb, hidden boolean)
  on conflict (id) do update set code = excluded.code, tier = excluded.tier, name = excluded.name,
    description = excluded.description, criteria = excluded.criteria, hidden = excluded.hidden
  where (known.code, known.tier, known.name, known.description, known.criteria, known.hidden)
    is distinct from (excluded.code, excluded.tier, excluded.name, excluded.description, excluded.criteria, excluded.hidden)`;

import { describe, expect, it } from '@jest/globals';
import { dueAwards, readTypes } from '../../../shared/progress/award.ts';
import { conditionsOf } from '../../../shared/progress/criteria.ts';
import { starterAchievements } from '../../../shared/progress/starter-achievements.ts';
import { factsOf, type Happening, happening } from '../../support/progress/history.ts';

const goals = (code: string) =>
  starterAchievements
    .filter((achievement) => achievement.code === code)
    .flatMap(({ criteria }) => conditionsOf(criteria).map(({ metric, gte }) => `${metric} ${gte}`));

describe('the starter achievements', () => {
  it('can all be read', () => {
    const { types, disabled } = readTypes(starterAchievements);
    expect(disabled).toEqual([]);
    expect(types).toHaveLength(starterAchievements.length);
    expect(new Set(types.map(({ code }) => code)).size).toBeGreaterThanOrEqual(8);
  });

  it('keep the ids that earned awards refer to', () => {
    expect(starterAchievements.map(({ id, code, tier }) => `${id} ${code} ${tier}`)).toEqual([
      '1 first_checkin 1',
      '2 first_journal 1',
      '10 streak 1',
      '11 streak 2',
      '12 streak 3',
      '13 streak 4',
      '20 checkin_days 1',
      '21 checkin_days 2',
      '22 checkin_days 3',
      '30 journals 1',
      '31 journals 2',
      '40 emotion_words 1',
      '50 tools_tried 1',
      '51 tools_tried 2',
      '60 active_days 1',
      '61 active_days 2',
      '62 active_days 3',
      '70 journal_week 1',
      '80 all_ways 1',
    ]);
  });

  it('have the goals that were agreed on', () => {
    expect(goals('streak')).toEqual([
      'longest_streak 3',
      'longest_streak 7',
      'longest_streak 30',
      'longest_streak 100',
    ]);
    expect(goals('checkin_days')).toEqual(['checkin_days 7', 'checkin_days 30', 'checkin_days 100']);
    expect(goals('journals')).toEqual(['journals 5', 'journals 25']);
    expect(goals('emotion_words')).toEqual(['distinct_emotions 5']);
  });

  it('are named and described in every language, never alike', () => {
    for (const { name, description } of starterAchievements) {
      for (const text of [name.en, name.es, description.en, description.es]) expect(text).toMatch(/^\p{Lu}.{3,}/u);
      expect(name.en).not.toBe(name.es);
      expect(description.en).not.toBe(description.es);
    }
    expect(new Set(starterAchievements.map(({ description }) => description.en)).size).toBe(starterAchievements.length);
  });

  it('name no distress, no bad mood and no night', () => {
    const words =
      /sad|anger|angry|anxi|worr|distress|cris|stress|lonel|cry|bad|night|midnight|late|triste|enfad|ansied|preocup|noche|madrugada/i;
    expect(JSON.stringify(starterAchievements)).not.toMatch(words);
  });

  it('greet the first check-in and the first valid journal, each with a push of its own', () => {
    const { types } = readTypes(starterAchievements);
    const now = Temporal.Instant.from('2026-03-01T12:00Z');
    const due = (history: Happening[], earned: { typeId: number; tier: number; occurrence: number }[] = []) =>
      dueAwards(types, factsOf(history), earned, now).map(({ typeId, push }) => [typeId, push]);
    const checkin = happening('checkin', '2026-03-01T10:00Z');
    const journal = happening('journal', '2026-03-01T11:00Z', 40);
    expect(due([])).toEqual([]);
    expect(due([checkin])).toEqual([[1, true]]);
    expect(due([checkin, journal], [{ typeId: 1, tier: 1, occurrence: 1 }])).toEqual([[2, true]]);
  });
});

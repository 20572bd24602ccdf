import type { Language } from '../platform/language.ts';
import type { Condition, Criteria } from './criteria.ts';

/** A text in every language we write in. */
export type LocalizedText = Readonly<Record<Language, string>>;

export type AchievementDefinition = {
  /** Fixed for ever: what people have earned refers to it. */
  id: number;
  code: string;
  tier: number;
  name: LocalizedText;
  description: LocalizedText;
  criteria: Criteria;
  /** Not listed until it is earned. */
  hidden: boolean;
};

/**
 * The achievements a new installation starts with. They mark beginnings, constancy and curiosity. None is for how somebody
 * feels or for the hour they are up, and none wants more than a person would do anyway.
 */
export const starterAchievements: readonly AchievementDefinition[] = [
  {
    id: 1,
    code: 'first_checkin',
    tier: 1,
    name: { en: 'First check-in', es: 'Primer registro' },
    description: { en: 'You checked in for the first time.', es: 'Registraste cómo estás por primera vez.' },
    criteria: { metric: 'checkins', gte: 1 },
    hidden: false,
  },
  {
    id: 2,
    code: 'first_journal',
    tier: 1,
    name: { en: 'First journal', es: 'Primer diario' },
    description: { en: 'You recorded your first voice journal.', es: 'Grabaste tu primer diario de voz.' },
    criteria: { metric: 'journals', gte: 1 },
    hidden: false,
  },
  ...tiers({
    code: 'streak',
    name: { en: 'Steady steps', es: 'Paso a paso' },
    description: (days) => ({
      en: `You kept a streak of ${days} days.`,
      es: `Mantuviste una racha de ${days} días.`,
    }),
    metric: 'longest_streak',
    goals: { 10: 3, 11: 7, 12: 30, 13: 100 },
  }),
  ...tiers({
    code: 'checkin_days',
    name: { en: 'Getting to know yourself', es: 'Conocerte mejor' },
    description: (days) => ({
      en: `You checked in on ${days} different days.`,
      es: `Hiciste registros en ${days} días distintos.`,
    }),
    metric: 'checkin_days',
    goals: { 20: 7, 21: 30, 22: 100 },
  }),
  ...tiers({
    code: 'journals',
    name: { en: 'In your own voice', es: 'Con tu propia voz' },
    description: (count) => ({
      en: `You recorded ${count} voice journals.`,
      es: `Grabaste ${count} diarios de voz.`,
    }),
    metric: 'journals',
    goals: { 30: 5, 31: 25 },
  }),
  ...tiers({
    code: 'emotion_words',
    name: { en: 'A word for it', es: 'Ponerle palabras' },
    description: (count) => ({
      en: `You named ${count} different emotions.`,
      es: `Nombraste ${count} emociones distintas.`,
    }),
    metric: 'distinct_emotions',
    goals: { 40: 5 },
  }),
  {
    id: 50,
    code: 'tools_tried',
    tier: 1,
    name: { en: 'Toolbox', es: 'Caja de herramientas' },
    description: { en: 'You tried your first tool.', es: 'Probaste tu primera herramienta.' },
    criteria: { metric: 'tools_tried', gte: 1 },
    hidden: false,
  },
  {
    id: 51,
    code: 'tools_tried',
    tier: 2,
    name: { en: 'Toolbox', es: 'Caja de herramientas' },
    description: { en: 'You tried 5 different tools.', es: 'Probaste 5 herramientas distintas.' },
    criteria: { metric: 'tools_tried', gte: 5 },
    hidden: false,
  },
  ...tiers({
    code: 'active_days',
    name: { en: 'Time for yourself', es: 'Tiempo para ti' },
    description: (days) => ({
      en: `You took time for yourself on ${days} days.`,
      es: `Te dedicaste tiempo en ${days} días.`,
    }),
    metric: 'active_days',
    goals: { 60: 10, 61: 50, 62: 200 },
  }),
  {
    id: 70,
    code: 'journal_week',
    tier: 1,
    name: { en: 'A week out loud', es: 'Una semana en voz alta' },
    description: {
      en: 'You recorded voice journals on 3 days of one week.',
      es: 'Grabaste diarios de voz en 3 días de una misma semana.',
    },
    criteria: { metric: 'active_days', filter: { kind: 'journal' }, window: 'week', gte: 3 },
    hidden: false,
  },
  {
    id: 80,
    code: 'all_ways',
    tier: 1,
    name: { en: 'Explorer', es: 'Con curiosidad' },
    description: {
      en: 'You checked in, recorded a journal and tried a tool.',
      es: 'Hiciste un registro, grabaste un diario y probaste una herramienta.',
    },
    criteria: {
      all: [
        { metric: 'checkins', gte: 1 },
        { metric: 'journals', gte: 1 },
        { metric: 'tools_tried', gte: 1 },
      ],
    },
    hidden: true,
  },
];

type Tiers = {
  code: string;
  name: LocalizedText;
  description: (goal: number) => LocalizedText;
  metric: Condition['metric'];
  /** The goal of each tier under its id, both ascending. */
  goals: Record<number, number>;
};

function tiers({ code, name, description, metric, goals }: Tiers): AchievementDefinition[] {
  return Object.entries(goals).map(([id, gte], index) => ({
    id: Number(id),
    code,
    tier: index + 1,
    name,
    description: description(gte),
    criteria: { metric, gte },
    hidden: false,
  }));
}

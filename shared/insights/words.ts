import type { PartOfDay } from '../emotions/part-of-day.ts';
import type { TrendWindow } from '../emotions/trend-window.ts';
import { counted, type Noun } from '../platform/counted.ts';
import type { Language } from '../platform/language.ts';
import { type Finding, isWorsening, type Subject } from './finding.ts';

type Dates = Pick<TrendWindow, 'from' | 'to'>;
/** A finding's numbers as they are written; `count` and `of` are also needed as numbers, for the forms of words. */
type Facts = { count: string; of: number; comparedWith: number; range: string; isUp: boolean };

type Sentences = {
  weekday(facts: Facts, weekday: number): string;
  partOfDay(facts: Facts, part: PartOfDay): string;
  activity(facts: Facts, activity: 'journal' | 'tool'): string;
  trend(facts: Facts): string;
  changePoint(facts: Facts, at: string): string;
  shift(facts: Facts, previous: string): string;
  tier: Record<Finding['tier'], string>;
  gently: string;
};

const of = (n: number, noun: Noun): string => counted(`${n}`, noun);
/** Spanish, of masculine nouns: `del 1 día`, `de los 2 días`. */
const ofThe = (n: number, noun: Noun): string => `${n === 1 ? 'del' : 'de los'} ${of(n, noun)}`;

const ENGLISH_WEEKDAYS: readonly Noun[] = [
  ['Monday', 'Mondays'],
  ['Tuesday', 'Tuesdays'],
  ['Wednesday', 'Wednesdays'],
  ['Thursday', 'Thursdays'],
  ['Friday', 'Fridays'],
  ['Saturday', 'Saturdays'],
  ['Sunday', 'Sundays'],
];
const ENGLISH_PARTS: Readonly<Record<PartOfDay, Noun>> = {
  morning: ['morning', 'mornings'],
  afternoon: ['afternoon', 'afternoons'],
  evening: ['evening', 'evenings'],
  night: ['night', 'nights'],
};
const SPANISH_WEEKDAYS: readonly Noun[] = [
  ['lunes', 'lunes'],
  ['martes', 'martes'],
  ['miércoles', 'miércoles'],
  ['jueves', 'jueves'],
  ['viernes', 'viernes'],
  ['sábado', 'sábados'],
  ['domingo', 'domingos'],
];
/** By the clock: Spanish has no word for what English calls the evening. */
const SPANISH_PARTS: Readonly<Record<PartOfDay, string>> = {
  morning: 'de 5 a 12 h',
  afternoon: 'de 12 a 17 h',
  evening: 'de 17 a 22 h',
  night: 'de 22 a 5 h',
};

/** They say what goes together and how often, never what makes what; of a tool only that it is one. */
const SENTENCES: Record<Language, Sentences> = {
  en: {
    weekday: ({ count, of: n, range, isUp }, weekday) =>
      `On ${count} of ${of(n, ENGLISH_WEEKDAYS[weekday - 1] ?? ['day', 'days'])} (${range}) your mood was ${isUp ? 'above' : 'below'} what was usual for you at the time.`,
    partOfDay: ({ count, of: n, range, isUp }, part) =>
      `On ${count} of ${of(n, ENGLISH_PARTS[part])} (${range}) your mood was ${isUp ? 'above' : 'below'} what was usual for you at the time.`,
    activity: ({ count, of: n, range, isUp }, activity) =>
      `${count} of ${of(n, ['time', 'times'])} (${range}), your mood ${isUp ? 'rose more, or fell less,' : 'rose less, or fell more,'} around ${activity === 'journal' ? 'a voice journal' : 'the use of a tool'} than at a similar time without one. This shows what goes together, not why.`,
    trend: ({ count, of: n, comparedWith, range, isUp }) =>
      `Your mood tended ${isUp ? 'upwards' : 'downwards'} (${range}): on ${count} of the ${of(n, ['later day', 'later days'])} it was ${isUp ? 'above' : 'below'} what was typical of the ${of(comparedWith, ['earlier day', 'earlier days'])}.`,
    changePoint: ({ count, of: n, comparedWith, range, isUp }, at) =>
      `From ${at} on your mood was ${isUp ? 'higher' : 'lower'} than before (${range}): on ${count} of ${of(n, ['day', 'days'])} from then on it was ${isUp ? 'above' : 'below'} what was typical of the ${of(comparedWith, ['day', 'days'])} before.`,
    shift: ({ count, of: n, comparedWith, range, isUp }, previous) =>
      `On ${count} of ${of(n, ['day', 'days'])} (${range}) your mood was ${isUp ? 'above' : 'below'} what was typical of ${of(comparedWith, ['day', 'days'])} before that (${previous}).`,
    tier: { early: 'This is an early sign; it may be chance.', clear: 'This is a clear pattern.' },
    gently:
      'These numbers cannot know what your days were like. If you would like to talk to somebody, the link shows where people listen.',
  },
  es: {
    weekday: ({ count, of: n, range, isUp }, weekday) =>
      `En ${count} de ${of(n, SPANISH_WEEKDAYS[weekday - 1] ?? ['día', 'días'])} (${range}) tu ánimo estuvo por ${isUp ? 'encima' : 'debajo'} de lo habitual para ti en esa época.`,
    partOfDay: ({ count, of: n, range, isUp }, part) =>
      `En ${count} de ${of(n, ['día', 'días'])} con registros ${SPANISH_PARTS[part]} (${range}) tu ánimo a esas horas estuvo por ${isUp ? 'encima' : 'debajo'} de lo habitual para ti en esa época.`,
    activity: ({ count, of: n, range, isUp }, activity) =>
      `En ${count} de ${of(n, ['ocasión', 'ocasiones'])} (${range}) tu ánimo ${isUp ? 'subió más, o bajó menos,' : 'subió menos, o bajó más,'} en torno ${activity === 'journal' ? 'a un diario de voz que en un momento parecido sin él' : 'al uso de una herramienta que en un momento parecido sin ella'}. Esto muestra qué va junto, no por qué.`,
    trend: ({ count, of: n, comparedWith, range, isUp }) =>
      `Tu ánimo tendió a ${isUp ? 'subir' : 'bajar'} (${range}): en ${count} ${ofThe(n, ['día más reciente', 'días más recientes'])} estuvo por ${isUp ? 'encima' : 'debajo'} de lo típico ${ofThe(comparedWith, ['anterior', 'anteriores'])}.`,
    changePoint: ({ count, of: n, comparedWith, range, isUp }, at) =>
      `Desde el ${at} tu ánimo estuvo más ${isUp ? 'alto' : 'bajo'} que antes (${range}): en ${count} de ${of(n, ['día', 'días'])} desde entonces estuvo por ${isUp ? 'encima' : 'debajo'} de lo típico de ${of(comparedWith, ['día anterior', 'días anteriores'])}.`,
    shift: ({ count, of: n, comparedWith, range, isUp }, previous) =>
      `En ${count} de ${of(n, ['día', 'días'])} (${range}) tu ánimo estuvo por ${isUp ? 'encima' : 'debajo'} de lo típico de ${of(comparedWith, ['día anterior', 'días anteriores'])} (${previous}).`,
    tier: { early: 'Es una primera señal; puede ser casualidad.', clear: 'Es un patrón claro.' },
    gently:
      'Estos números no saben cómo han sido tus días. Si te apetece hablar con alguien, en el enlace encontrarás a quien te escuche.',
  },
};

/** What is said of a finding: the sentence, how sure it is, and, where moods got lower, a word to go with the link. */
export function insightText(finding: Finding, language: Language): string {
  const words = SENTENCES[language];
  const sentence = sentenceOf(finding.subject, factsOf(finding, language), words, language);
  return [sentence, words.tier[finding.tier], ...(isWorsening(finding) ? [words.gently] : [])].join(' ');
}

function sentenceOf(subject: Subject, facts: Facts, words: Sentences, language: Language): string {
  switch (subject.kind) {
    case 'weekday':
      return words.weekday(facts, subject.weekday);
    case 'part_of_day':
      return words.partOfDay(facts, subject.partOfDay);
    case 'activity':
      return words.activity(facts, subject.activity);
    case 'trend':
      return words.trend(facts);
    case 'change_point':
      return words.changePoint(facts, dates(language).format(Date.parse(subject.at)));
    case 'shift':
      return words.shift(facts, rangeOf(subject.previous, language));
  }
}

const factsOf = ({ counts, window, direction }: Finding, language: Language): Facts => ({
  count: String(counts.count),
  of: counts.of,
  comparedWith: counts.comparedWith ?? 0,
  range: rangeOf(window, language),
  isUp: direction === 'up',
});

const dates = (language: Language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });

const rangeOf = ({ from, to }: Dates, language: Language): string =>
  dates(language).formatRange(Date.parse(from), Date.parse(to));

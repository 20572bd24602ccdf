import { counted, type Noun } from '../platform/counted.ts';
import type { Language } from '../platform/language.ts';
import { isInsufficient } from './gates.ts';
import type { TrendAnswer } from './trend-answer.ts';
import type { TrendWindow } from './trend-window.ts';

type ChartWords = {
  title(window: TrendWindow): string;
  /** All that the picture shows, for who cannot see it. */
  description(answer: TrendAnswer | null): string;
  /** What may be said of the trend alone. */
  trend(answer: TrendAnswer | null): string;
  /** One of the ticks, which are milliseconds: days where they lie within a year, else months. */
  date(tick: number, ticks: readonly number[]): string;
};

/** Numbers come with their nouns. */
type Sentences = {
  title(from: string, to: string): string;
  series(days: string, checkins: string): string;
  median(mood: string): string;
  rising(points: string): string;
  falling(points: string): string;
  early: string;
  unclear: string;
  tooLittle: string;
  nouns: { day: Noun; checkin: Noun; point: Noun };
};

const SENTENCES: Record<Language, Sentences> = {
  en: {
    title: (from, to) => `Your moods, ${from} to ${to}`,
    series: (days, checkins) => `The median mood of ${days}, from ${checkins}, on a scale from −10 to +10.`,
    median: (mood) => `Half of the check-ins were at ${mood} or above.`,
    rising: (points) => `The line rises by ${points} a week.`,
    falling: (points) => `The line falls by ${points} a week.`,
    early: 'This is an early sign.',
    unclear: 'There is no clear trend.',
    tooLittle: 'Not enough check-ins yet for a trend.',
    nouns: { day: ['day', 'days'], checkin: ['check-in', 'check-ins'], point: ['point', 'points'] },
  },
  es: {
    title: (from, to) => `Tus estados de ánimo, del ${from} al ${to}`,
    series: (days, checkins) => `La mediana del ánimo de ${days}, con ${checkins}, en una escala de −10 a +10.`,
    median: (mood) => `La mitad de los registros estuvo en ${mood} o por encima.`,
    rising: (points) => `La línea sube ${points} por semana.`,
    falling: (points) => `La línea baja ${points} por semana.`,
    early: 'Es una primera señal.',
    unclear: 'No hay una tendencia clara.',
    tooLittle: 'Aún no hay registros suficientes para una tendencia.',
    nouns: { day: ['día', 'días'], checkin: ['registro', 'registros'], point: ['punto', 'puntos'] },
  },
};

export function chartWords(language: Language): ChartWords {
  const words = SENTENCES[language];
  const { nouns } = words;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const month = new Intl.DateTimeFormat(language, { month: 'short', year: 'numeric', timeZone: 'UTC' });
  const longDay = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
  // A slow change would round to "0 points a week".
  const change = new Intl.NumberFormat(language, {
    ...{ maximumFractionDigits: 1, maximumSignificantDigits: 1 },
    roundingPriority: 'morePrecision',
  });
  const trend = (answer: TrendAnswer | null) =>
    trendSentence(answer, words, (moods) => counted(change.format(moods), nouns.point));
  return {
    title: ({ from, to }) => words.title(longDay.format(Date.parse(from)), longDay.format(Date.parse(to))),
    description(answer) {
      const series = answer?.n
        ? [
            words.series(
              counted(number.format(answer.days), nouns.day),
              counted(number.format(answer.n), nouns.checkin),
            ),
          ]
        : [];
      const { level } = answer ?? {};
      const half = level && !isInsufficient(level) ? [words.median(number.format(level.median))] : [];
      return [...series, ...half, trend(answer)].join(' ');
    },
    trend,
    date: (tick, ticks) => (within366Days(ticks) ? day : month).format(tick),
  };
}

function trendSentence(answer: TrendAnswer | null, words: Sentences, pointsOf: (change: number) => string): string {
  if (!answer || isInsufficient(answer.trend)) return words.tooLittle;
  const { slopePerDay, tier } = answer.trend;
  if (tier === 'not_enough') return words.unclear;
  const perWeek = pointsOf(Math.abs(slopePerDay) * 7);
  const moving = slopePerDay < 0 ? words.falling(perWeek) : words.rising(perWeek);
  return tier === 'early' ? `${moving} ${words.early}` : moving;
}

const within366Days = (ticks: readonly number[]): boolean => (ticks.at(-1) ?? 0) - (ticks[0] ?? 0) < 366 * 86_400_000;

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

type Sentences = {
  title(from: string, to: string): string;
  series(days: string, n: string): string;
  median(mood: string): string;
  rising(perWeek: string): string;
  falling(perWeek: string): string;
  early: string;
  unclear: string;
  tooLittle: string;
};

const SENTENCES: Record<Language, Sentences> = {
  en: {
    title: (from, to) => `Your moods, ${from} to ${to}`,
    series: (days, n) => `The median mood of ${days} days, from ${n} check-ins, on a scale from −10 to +10.`,
    median: (mood) => `Half of the check-ins were at ${mood} or above.`,
    rising: (perWeek) => `The line rises by ${perWeek} points a week.`,
    falling: (perWeek) => `The line falls by ${perWeek} points a week.`,
    early: 'This is an early sign.',
    unclear: 'There is no clear trend.',
    tooLittle: 'Not enough check-ins yet for a trend.',
  },
  es: {
    title: (from, to) => `Tus estados de ánimo, del ${from} al ${to}`,
    series: (days, n) => `La mediana del ánimo de ${days} días, con ${n} registros, en una escala de −10 a +10.`,
    median: (mood) => `La mitad de los registros estuvo en ${mood} o por encima.`,
    rising: (perWeek) => `La línea sube ${perWeek} puntos por semana.`,
    falling: (perWeek) => `La línea baja ${perWeek} puntos por semana.`,
    early: 'Es una primera señal.',
    unclear: 'No hay una tendencia clara.',
    tooLittle: 'Aún no hay registros suficientes para una tendencia.',
  },
};

export function chartWords(language: Language): ChartWords {
  const words = SENTENCES[language];
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const month = new Intl.DateTimeFormat(language, { month: 'short', year: 'numeric', timeZone: 'UTC' });
  const longDay = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
  // A slow change would round to "0 points a week".
  const change = new Intl.NumberFormat(language, {
    ...{ maximumFractionDigits: 1, maximumSignificantDigits: 1 },
    roundingPriority: 'morePrecision',
  });
  const trend = (answer: TrendAnswer | null) => trendSentence(answer, words, (perWeek) => change.format(perWeek));
  return {
    title: ({ from, to }) => words.title(longDay.format(Date.parse(from)), longDay.format(Date.parse(to))),
    description(answer) {
      const series = answer?.n ? [words.series(number.format(answer.days), number.format(answer.n))] : [];
      const { level } = answer ?? {};
      const half = level && !isInsufficient(level) ? [words.median(number.format(level.median))] : [];
      return [...series, ...half, trend(answer)].join(' ');
    },
    trend,
    date: (tick, ticks) => (within366Days(ticks) ? day : month).format(tick),
  };
}

function trendSentence(answer: TrendAnswer | null, words: Sentences, written: (mood: number) => string): string {
  if (!answer || isInsufficient(answer.trend)) return words.tooLittle;
  const { slopePerDay, tier } = answer.trend;
  if (tier === 'not_enough') return words.unclear;
  const perWeek = written(Math.abs(slopePerDay) * 7);
  const moving = slopePerDay < 0 ? words.falling(perWeek) : words.rising(perWeek);
  return tier === 'early' ? `${moving} ${words.early}` : moving;
}

const within366Days = (ticks: readonly number[]): boolean => (ticks.at(-1) ?? 0) - (ticks[0] ?? 0) < 366 * 86_400_000;

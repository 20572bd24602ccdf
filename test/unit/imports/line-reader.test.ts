import { describe, expect, it } from '@jest/globals';
import { ENGLISH_MOODS, type Moods } from '../../../shared/imports/daylio-entry.ts';
import { readHeader } from '../../../shared/imports/header.ts';
import { lineReader } from '../../../shared/imports/line-reader.ts';

const types = new Map([
  ['joy', 1],
  ['sadness', 12],
  ['neutral', 13],
]);

/** Reads the cells of one line below a header. */
function reading(header: string, { timeZone = 'Europe/Madrid', moods = ENGLISH_MOODS as Moods } = {}) {
  const known = readHeader(header);
  if (!known) throw new Error('the header is not known');
  const read = lineReader(known, { types, moods, timeZone });
  return (...cells: string[]) => {
    const line = read({ line: 2, cells });
    return 'code' in line ? line.code : line.entry;
  };
}

describe('a line of our own columns', () => {
  const read = reading('occurredAt,timeZone,emotionType,intensity,context,notes');
  const good = ['2026-03-01T08:30:00+01:00', 'Europe/Madrid', 'joy', '7', 'at home', 'slept well'];
  const changed = (at: number, cell: string) => read(...good.with(at, cell));

  it('is a check-in', () => {
    expect(read(...good)).toMatchObject({
      checkin: {
        occurredAt: Temporal.Instant.from('2026-03-01T07:30:00Z'),
        timeZone: 'Europe/Madrid',
        emotionTypeId: 1,
        intensity: 7,
        context: 'at home',
        notes: 'slept well',
      },
    });
  });

  it('may leave context and notes empty, and the columns away', () => {
    const bare = reading('intensity;emotionType;timeZone;occurredAt')('7', 'joy', 'Europe/Madrid', good[0] ?? '');
    expect(bare).toMatchObject({ checkin: { intensity: 7 } });
    expect(bare).toEqual(read(...good.slice(0, 4), '', ' '));
  });

  it('may call the emotion type by its name in any case, or by its id', () => {
    for (const name of ['JOY', ' Joy ', '1']) expect(changed(2, name)).toMatchObject({ checkin: { emotionTypeId: 1 } });
  });

  it.each([
    [0, 'yesterday', 'invalid_occurred_at'],
    [0, '', 'invalid_occurred_at'],
    [0, '2026-03-01T08:30:00', 'invalid_occurred_at'],
    [0, '2026-02-30T08:30:00Z', 'invalid_occurred_at'],
    [0, '9999-99-99', 'invalid_occurred_at'],
    [1, 'Mars/X', 'invalid_time_zone'],
    [1, '+02:00', 'invalid_time_zone'],
    [1, '', 'invalid_time_zone'],
    [2, 'schadenfreude', 'unknown_emotion_type'],
    [2, '=1+1', 'unknown_emotion_type'],
    [2, '0', 'unknown_emotion_type'],
    [2, '99999', 'unknown_emotion_type'],
    [3, '0', 'invalid_intensity'],
    [3, '11', 'invalid_intensity'],
    [3, '5.5', 'invalid_intensity'],
    [3, '"5"', 'invalid_intensity'],
    [3, '-5', 'invalid_intensity'],
    [3, '1e1', 'invalid_intensity'],
    [3, '', 'invalid_intensity'],
    [4, 'c'.repeat(101), 'invalid_context'],
    [5, 'n'.repeat(4_001), 'invalid_notes'],
  ])('with column %i %j is left out', (at, cell, code) => {
    expect(changed(at, cell)).toBe(code);
  });

  it('keeps what looks like a formula as the text it is', () => {
    const formula = `=HYPERLINK("https://evil.example","x")`;
    expect(changed(5, formula)).toMatchObject({ checkin: { notes: formula } });
  });

  it('with a cell too many or too few is left out', () => {
    expect([read(...good, ''), read(...good.slice(0, 5))]).toEqual(['wrong_column_count', 'wrong_column_count']);
  });
});

describe('a line of Daylio’s', () => {
  const HEADER = 'full_date,date,weekday,time,mood,activities,note_title,note';
  const line = (over: Record<string, string> = {}) =>
    Object.values({
      ...{ full_date: '2026-03-01', date: 'March 1', weekday: 'Sunday', time: '8:30 pm', mood: 'good' },
      ...{ activities: 'friends | good meal', note_title: '', note: '' },
      ...over,
    });
  const read = reading(HEADER);

  it('is a check-in in the zone that is named', () => {
    expect(read(...line({ note_title: 'Evening', note: 'With <b>Ana</b><br>&amp; Ben' }))).toMatchObject({
      checkin: {
        occurredAt: Temporal.Instant.from('2026-03-01T19:30:00Z'),
        timeZone: 'Europe/Madrid',
        emotionTypeId: 1,
        intensity: 4,
        context: 'friends, good meal',
        notes: 'Evening\n\nWith Ana\n& Ben',
      },
    });
  });

  it('takes each mood for a feeling', () => {
    const moods = ['rad', 'Good', 'meh', 'bad', 'AWFUL'].map((mood) => read(...line({ mood })));
    expect(moods).toMatchObject([
      { checkin: { emotionTypeId: 1, intensity: 8 } },
      { checkin: { emotionTypeId: 1, intensity: 4 } },
      { checkin: { emotionTypeId: 13, intensity: 5 } },
      { checkin: { emotionTypeId: 12, intensity: 4 } },
      { checkin: { emotionTypeId: 12, intensity: 8 } },
    ]);
    expect(read(...line({ mood: 'Lausig' }))).toBe('unknown_mood');
  });

  it('takes the names that moods are said to have', () => {
    const moods = [['Super', 'Fantastisch'], ['Gut'], ['Ok'], ['Schlecht'], ['Lausig']];
    const german = reading(HEADER, { moods });
    expect(german(...line({ mood: 'fantastisch' }))).toMatchObject({ checkin: { intensity: 8 } });
    expect(german(...line({ mood: 'good' }))).toBe('unknown_mood');
  });

  it.each([
    ['20:30', '2026-03-01T19:30:00Z'],
    ['8:30 PM', '2026-03-01T19:30:00Z'],
    ['8:30\u202fp.m.', '2026-03-01T19:30:00Z'],
    ['12:05 am', '2026-02-28T23:05:00Z'],
    ['12:05 pm', '2026-03-01T11:05:00Z'],
    ['0:05', '2026-02-28T23:05:00Z'],
  ])('was at %j', (time, instant) => {
    expect(read(...line({ time }))).toMatchObject({ checkin: { occurredAt: Temporal.Instant.from(instant) } });
  });

  it.each([
    [{ time: '25:00' }],
    [{ time: '13:00 pm' }],
    [{ time: '0:10 am' }],
    [{ time: '12:60' }],
    [{ time: 'evening' }],
    [{ time: '' }],
    [{ full_date: '2026-02-30' }],
    [{ full_date: '01/03/2026' }],
    [{ full_date: '' }],
  ])('with %j is left out', (over) => {
    expect(read(...line(over))).toBe('invalid_occurred_at');
  });

  it('in the hour that the clocks skip is an hour later, in the one they repeat the first', () => {
    const at = (full_date: string) => read(...line({ full_date, time: '02:30' }));
    expect(at('2026-03-29')).toMatchObject({ checkin: { occurredAt: Temporal.Instant.from('2026-03-29T01:30:00Z') } });
    expect(at('2026-10-25')).toMatchObject({ checkin: { occurredAt: Temporal.Instant.from('2026-10-25T00:30:00Z') } });
  });

  it('is the same line whatever it was imported with, and however the phone wrote its time', () => {
    const contentOf = (entry: ReturnType<typeof read>) => (typeof entry === 'string' ? entry : entry.content);
    const elsewhere = reading(HEADER.replace('activities', 'activities,scales'), { timeZone: 'Asia/Tokyo' });
    const later = line({ time: '20:30', date: '1. März', weekday: 'Sonntag' });
    expect(contentOf(elsewhere(...later.toSpliced(6, 0, 'sleep: 4')))).toEqual(contentOf(read(...line())));
    expect(contentOf(read(...line({ note: 'more' })))).not.toEqual(contentOf(read(...line())));
  });

  it('keeps the activities that do not fit into the context below the note', () => {
    const activities = ['a'.repeat(60), 'b'.repeat(38), 'c'].join(' | ');
    expect(read(...line({ activities, note: 'Note' }))).toMatchObject({
      checkin: { context: `${'a'.repeat(60)}, ${'b'.repeat(38)}`, notes: 'Note\n\nc' },
    });
    expect(read(...line({ activities: 'a'.repeat(101) }))).toMatchObject({ checkin: { notes: 'a'.repeat(101) } });
  });

  it('made to be slow is left out in no time', () => {
    expect(read(...line({ activities: 'a|'.repeat(2_000_000) }))).toBe('invalid_notes');
    for (const part of ['<b ', '<br', '&amp', '</', '<'])
      expect(read(...line({ note: `x${part.repeat(1_000_000)}x` }))).toBe('invalid_notes');
  });
});

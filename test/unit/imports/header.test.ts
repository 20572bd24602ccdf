import { describe, expect, it } from '@jest/globals';
import { readHeader } from '../../../shared/imports/header.ts';

const AMIRA = 'occurredAt,timeZone,emotionType,intensity,context,notes';
const DAYLIO = 'full_date,date,weekday,time,mood,activities,note_title,note';

describe('the first line of a file', () => {
  it.each([
    ['our own', AMIRA, 'amira', ','],
    ['our own with semicolons', AMIRA.replaceAll(',', ';'), 'amira', ';'],
    ['our own in another order', 'notes,intensity,emotionType,timeZone,occurredAt', 'amira', ','],
    ['our own in quotes', AMIRA.replaceAll(/\w+/g, '"$&"'), 'amira', ','],
    ['Daylio’s', DAYLIO, 'daylio', ','],
    ['Daylio’s with scales', DAYLIO.replace('activities', 'activities,scales'), 'daylio', ','],
  ])('%s is known', (_what, line, format, delimiter) => {
    for (const [before, end] of [
      ['', '\n'],
      ['\ufeff', '\r\n'],
      ['', '\r'],
      ['', ''],
    ] as const)
      expect(readHeader(`${before}${line}${end}rest`.slice(0, end === '' ? -4 : undefined))).toMatchObject({
        ...{ format, delimiter },
        bodyAt: before.length + line.length + end.length,
      });
  });

  it.each([
    ['of other names', 'date,mood,note'],
    ['with a column more', `${AMIRA},userId`],
    ['with a column twice', `${AMIRA},notes`],
    ['without one that must be there', AMIRA.replace(',intensity', '')],
    ['of both kinds', `${AMIRA},mood`],
    ['in another case', AMIRA.toUpperCase()],
    ['that is blank', ''],
    ['behind a blank line', `\n${AMIRA}`],
    ['with an open quote', `"${AMIRA}`],
    ['divided by tabs', AMIRA.replaceAll(',', '\t')],
  ])('%s is not', (_what, line) => {
    expect(readHeader(`${line}\nrest`)).toBeNull();
  });
});

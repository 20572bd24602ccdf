import { describe, expect, it } from '@jest/globals';
import { checkinsOf } from '../../import-file/samples.ts';

const columns = {
  ...{ date: 'day', time: 'at', dayFirst: true },
  items: [
    { column: 'cheerful', emotionType: 'joy', min: 1, max: 7 },
    { column: 'down', emotionType: 'sadness', min: -3, max: 3 },
  ],
};
const linesOf = (table: string) => checkinsOf(table, columns, 'Europe/Amsterdam').split('\n').slice(1, -1);

describe('a table of ratings', () => {
  it('is a check-in for each row and item, on a scale from 1 to 10', () => {
    expect(linesOf('"day","at","cheerful","down"\n"13/08/12","08:58:56",1,-3\n"14/08/12","14:32",7,0\n')).toEqual([
      '2012-08-13T06:58:56Z,Europe/Amsterdam,joy,1,,',
      '2012-08-13T06:58:56Z,Europe/Amsterdam,sadness,1,,',
      '2012-08-14T12:32:00Z,Europe/Amsterdam,joy,10,,',
      '2012-08-14T12:32:00Z,Europe/Amsterdam,sadness,6,,',
    ]);
  });

  it('has no check-in of what is no rating', () => {
    expect(linesOf('day,at,cheerful,down\n13/08/12,08:58,NA,\n13/08/12,09:58,8,-3.5\n')).toEqual([]);
  });

  it('is refused without a column that was named, or without a time', () => {
    expect(() => linesOf('day,at,down\n13/08/12,08:58,1\n')).toThrow('cheerful');
    expect(() => linesOf('day,at,cheerful,down\nNA,08:58,1,1\n')).toThrow('month');
  });
});

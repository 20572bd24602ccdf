import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { textMatcher } from '../../../shared/platform/text-match.ts';

describe('a text', () => {
  it.each([
    ['ano', 'Feliz Año'],
    ['AÑO', 'feliz ano'],
    ['mañana', 'Man\u0303ana por la man\u0303ana'],
    ['strasse', 'Große Straße'],
    ['οδος', 'ΟΔΟΣ'],
    ['οδοσ', 'η οδός'],
    ['istanbul', 'İstanbul'],
    ['office', 'o\ufb03ce'],
    ['dzień', 'Dobry DZIEN'],
    ['한', '한국'],
    ['100%', 'at 100% today'],
    ['a_b', 'x a_b y'],
  ])('found by %j: %j', (wanted, text) => {
    expect(textMatcher(wanted)(text)).toBe(true);
  });

  it.each([
    ['100%', 'at 1000 today'],
    ['a_b', 'a b'],
    ['.*', 'anything'],
    ['ab', 'a b'],
  ])('not found by %j: %j', (wanted, text) => {
    expect(textMatcher(wanted)(text)).toBe(false);
  });

  it('is found by any of its parts, in any case', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 3, maxLength: 3 }), (parts) => {
        const wanted = textMatcher(parts[1] ?? '');
        return (
          wanted(parts.join(' ')) && wanted(parts.join(' ').toUpperCase()) && wanted(parts.join(' ').toLowerCase())
        );
      }),
    );
  });
});

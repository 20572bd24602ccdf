import { describe, expect, it } from '@jest/globals';
import { LanguageTag, writtenLanguage } from '../../../shared/platform/language.ts';

describe('the language somebody is written in', () => {
  it.each([
    ['en', 'en'],
    ['es', 'es'],
    ['es-MX', 'es'],
    ['est', 'en'],
    ['pt-BR', 'en'],
  ])('is, for who prefers %s, %s', (tag, language) => {
    expect(writtenLanguage(tag)).toBe(language);
  });

  it('is preferred by a canonical tag', () => {
    expect(LanguageTag.parse('es-mx')).toBe('es-MX');
    for (const wrong of ['', 'english please', 'e', '../en', 7])
      expect(LanguageTag.safeParse(wrong).success).toBe(false);
  });
});

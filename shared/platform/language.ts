import { z } from 'zod';

/** The languages we write in. A text that lacks one of them does not compile. */
export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A BCP 47 tag, stored in its canonical form (`es-mx` becomes `es-MX`). */
export const LanguageTag = z
  .string()
  .max(35)
  .refine((tag) => canonical(tag) !== null, { error: 'Not a language tag.', abort: true })
  .overwrite((tag) => canonical(tag) ?? tag);

/** The language to write in for somebody who prefers `tag`: its own, else English. */
export function writtenLanguage(tag: string): Language {
  const [base] = tag.split('-');
  return LANGUAGES.find((language) => language === base) ?? 'en';
}

function canonical(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

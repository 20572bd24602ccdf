import { type Language, writtenLanguage } from '../platform/language.ts';

/** Words for a lock screen. Generic on purpose: no emotion, tool, title or number may stand where others can read it. */
type PushText = { title: string; body: string };

const TEXTS: Record<Language, Record<string, PushText>> = {
  en: { achievement: { title: 'Amira', body: 'Something nice is waiting for you.' } },
  es: { achievement: { title: 'Amira', body: 'Algo bonito te espera.' } },
};

const FALLBACK = { title: 'Amira', body: 'There is something new for you.' };

/** The text of a kind of push for somebody who prefers that language. */
export const pushText = (kind: string, languagePreference: string): PushText =>
  TEXTS[writtenLanguage(languagePreference)][kind] ?? FALLBACK;

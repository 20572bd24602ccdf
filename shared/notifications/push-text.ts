/** Words for a lock screen. Generic on purpose: no emotion, tool, title or number may stand where others can read it. */
type PushText = { title: string; body: string };

const TEXTS: Record<string, Record<string, PushText>> = {
  en: { achievement: { title: 'Amira', body: 'Something nice is waiting for you.' } },
  es: { achievement: { title: 'Amira', body: 'Algo bonito te espera.' } },
};

const FALLBACK = { title: 'Amira', body: 'There is something new for you.' };

/** The text of a kind of push in a language (`es-MX` reads `es`), falling back to English. */
export function pushText(kind: string, language: string): PushText {
  const base = language.split('-')[0] ?? 'en';
  return TEXTS[base]?.[kind] ?? TEXTS['en']?.[kind] ?? FALLBACK;
}

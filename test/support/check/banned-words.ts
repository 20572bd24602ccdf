/**
 * Words that nothing people read about their moods may contain: those of medicine, and those that say what makes what. By the
 * beginnings of words, in either language, accents left off.
 */
const BANNED: readonly RegExp[] = [
  // Medicine
  /\b(diagnos|disorder|depress|symptom|relaps|treat(ment|ed|ing|s)?\b|therap|patholog|clinical|illness|disease|patient|abnormal|anxiety|cure[ds]?\b|heal(s|ed|ing)?\b)/,
  /\b(diagnost|trastorn|depresi|deprim|sintoma|recaid|recae|tratamient|terap|patolog|clinic|enferm|paciente|anormal|ansiedad|curar|cura\b|curo\b|sanar|sano\b)/,
  /\b(risk|riesg)/,
  // What makes what
  /\b(cause|causing|causal|because|due to|thanks to|owing to|improv|help(s|ed|ing|ful)?\b|lead(s|ing)? to|led to|ma[dk](e|es|ing) you|made (it|your)|result(s|ed|ing)? (in|from)|reduc|increas|decreas|boost|prevent|affect|influenc|impact|trigger|worsen|effective)/,
  /\b(caus(a|o|e|ad|ar|an|al)|porque\b|debido a|gracias a|por culpa|por eso|mejor|empeor|ayud|llev(a|o|an|aron) a\b|conduc|te ha(ce|cen|cia)\b|te hizo|hac(e|en|er) que|hizo que|provoc|produc|reduc|aument|disminu|favorec|previen|preven|afect|influ|impact|desencaden|efectiv|eficaz)/,
];

/** The banned words in a text, each as far as it is recognised. */
export function bannedWords(text: string): string[] {
  const plain = text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return BANNED.flatMap((words) => [...plain.matchAll(new RegExp(words, 'g'))].map(([word]) => word));
}

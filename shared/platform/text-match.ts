/**
 * Whether a text contains `wanted`, whatever the case and the accents of either: "ano" finds "Año". Letters that are one
 * in some scripts and two in others (ß, ligatures) are compared as the two.
 */
export function textMatcher(wanted: string): (text: string) => boolean {
  const searched = folded(wanted);
  return (text) => folded(text).includes(searched);
}

const folded = (text: string): string =>
  text
    // First in capitals, where a mark may be a letter of its own: ᾀ is ἈΙ.
    .toUpperCase()
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    // Both ways: ß has its second letter only in capitals.
    .toUpperCase()
    .toLowerCase()
    // Only where a word ends, which is elsewhere in a part of it.
    .replaceAll('ς', 'σ');

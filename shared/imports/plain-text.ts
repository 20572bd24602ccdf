/**
 * A note as text: Daylio keeps formatted ones as HTML. Line breaks and list items stay lines, other tags it writes are
 * dropped; whatever else stands between angle brackets was written by a person and stays.
 */
export function plainText(note: string): string {
  return note
    .replaceAll(/<br\s*\/?>|<\/(?:p|div|li|h[1-6])>/gi, '\n')
    .replaceAll(/<\/?(?:p|div|ul|ol|li|b|strong|i|em|u|s|strike|span|font|h[1-6])(?:\s[^<>]*)?>/gi, '')
    .replaceAll(/&(?:lt|gt|quot|nbsp|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&nbsp;': ' ',
  '&#39;': "'",
  '&amp;': '&',
};

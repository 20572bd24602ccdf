import type { Language } from '../../platform/language.ts';

/** One paragraph of a mail. */
export type Block = string | { link: string; url: string } | { token: string };

/** The blocks as plain text; a token stands alone on its line. */
export const textOf = (blocks: readonly Block[]): string => `${blocks.map(plain).join('\n\n')}\n`;

/** The blocks as a page. Whatever they say is text: nothing in them becomes markup. */
export const htmlOf = (
  blocks: readonly Block[],
  { language, title }: { language: Language; title: string },
): string => `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body>
${blocks.map(markup).join('\n')}
</body>
</html>
`;

function plain(block: Block): string {
  if (typeof block === 'string') return block;
  return 'token' in block ? block.token : `${block.link}: ${block.url}`;
}

function markup(block: Block): string {
  if (typeof block === 'string') return `<p>${escapeHtml(block)}</p>`;
  return 'token' in block
    ? `<p><code>${escapeHtml(block.token)}</code></p>`
    : `<p><a href="${escapeHtml(block.url)}">${escapeHtml(block.link)}</a></p>`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

import { type Language, writtenLanguage } from '../../platform/language.ts';
import type { Mail } from '../../platform/mail/port.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import type { MailTexts } from './mail-texts.ts';

/** What a mail is about. Only the mail itself ever holds the token. */
export type MailContent = { template: 'verify_email'; token: string } | { template: 'registration_attempt' };

/** Where and how somebody is written to; `publicUrl` is the only source of links, never a request's host. */
export type Addressee = { languagePreference: string; publicUrl: string };

const TEXTS: Record<Language, MailTexts> = { en, es };

/** Subject, plain text and HTML of one mail, all from the same blocks. In `text` a token has a line of its own. */
export function renderMail(content: MailContent, { languagePreference, publicUrl }: Addressee): RenderedMail {
  const language = writtenLanguage(languagePreference);
  const texts = TEXTS[language];
  const { subject, body } = compose(content, texts, publicUrl);
  const blocks: Block[] = [texts.greeting, ...body, texts.closing];
  return { subject, text: `${blocks.map(plain).join('\n\n')}\n`, html: page(language, subject, blocks.map(markup)) };
}

export type RenderedMail = Pick<Mail, 'subject' | 'text' | 'html'>;

type Block = string | { link: string; url: string } | { token: string };

function compose(content: MailContent, texts: MailTexts, publicUrl: string): { subject: string; body: Block[] } {
  switch (content.template) {
    case 'verify_email': {
      const { subject, request, link, orToken, validity, notYou } = texts.verifyEmail;
      // A fragment stays in the browser: the token reaches no server's log.
      const url = `${publicUrl.replace(/\/$/, '')}/verify-email#token=${content.token}`;
      return { subject, body: [request, { link, url }, orToken, { token: content.token }, validity, notYou] };
    }
    case 'registration_attempt': {
      const { subject, happened, ifYou, notYou } = texts.registrationAttempt;
      return { subject, body: [happened, ifYou, notYou] };
    }
  }
}

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

const page = (language: Language, title: string, blocks: readonly string[]): string => `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body>
${blocks.join('\n')}
</body>
</html>
`;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

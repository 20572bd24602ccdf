import { type Language, writtenLanguage } from '../../platform/language.ts';
import type { Mail } from '../../platform/mail/port.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import type { MailTexts, NoticeTemplate, TokenTemplate } from './mail-texts.ts';
import { type Block, htmlOf, textOf } from './page.ts';

/** What a mail is about. Only the mail itself ever holds the token. */
export type MailContent =
  | { template: TokenTemplate; token: string }
  | { template: NoticeTemplate }
  | { template: 'new_device'; device: string; at: Temporal.Instant; timeZone: string };

/** Where and how somebody is written to; `publicUrl` is the only source of links, never a request's host. */
export type Addressee = { languagePreference: string; publicUrl: string };

export type RenderedMail = Pick<Mail, 'subject' | 'text' | 'html'>;

const TEXTS: Record<Language, MailTexts> = { en, es };

/**
 * Subject, plain text and HTML of one mail, all from the same blocks. In `text` a token has a line of its own. A subject
 * never quotes anything, so that no value can end a header.
 */
export function renderMail(content: MailContent, { languagePreference, publicUrl }: Addressee): RenderedMail {
  const language = writtenLanguage(languagePreference);
  const texts = TEXTS[language];
  const { subject, body } = compose(content, texts, { language, publicUrl });
  const blocks: Block[] = [texts.greeting, ...body, texts.closing];
  return { subject, text: textOf(blocks), html: htmlOf(blocks, { language, title: subject }) };
}

type Composed = { subject: string; body: Block[] };

function compose(
  content: MailContent,
  { tokens, notices, newDevice }: MailTexts,
  { language, publicUrl }: { language: Language; publicUrl: string },
): Composed {
  if ('token' in content) {
    const { subject, request, link, orToken, validity, notYou } = tokens[content.template];
    // A fragment stays in the browser: the token reaches no server's log.
    const url = `${publicUrl.replace(/\/$/, '')}${PAGES[content.template]}#token=${content.token}`;
    return { subject, body: [request, { link, url }, orToken, { token: content.token }, validity, notYou] };
  }
  if (content.template === 'new_device') {
    const { subject, happened, device, time, ifYou, notYou } = newDevice;
    const facts = [`${device}: ${harmless(content.device)}`, `${time}: ${localTime(content, language)}`];
    return { subject, body: [happened, ...facts, ifYou, notYou] };
  }
  const { subject, happened, ifYou, notYou } = notices[content.template];
  return { subject, body: [happened, ifYou, notYou] };
}

const PAGES: Record<TokenTemplate, string> = {
  verify_email: '/verify-email',
  reset_password: '/reset-password',
  change_email_old: '/verify-email',
  change_email_new: '/verify-email',
};

/** Whoever signs in names their device, so its name may not become a link, a line of its own, or a letter. */
const harmless = (name: string): string =>
  name
    .replaceAll(/[^\p{L}\p{M}\p{N} '’()+_-]+/gu, ' ')
    .trim()
    .slice(0, 60);

const localTime = ({ at, timeZone }: { at: Temporal.Instant; timeZone: string }, language: Language): string =>
  `${at.toLocaleString(language, { dateStyle: 'long', timeStyle: 'short', timeZone })} (${timeZone})`;

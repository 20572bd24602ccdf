import { describe, expect, it } from '@jest/globals';
import { en } from '../../../shared/accounts/mails/en.ts';
import { es } from '../../../shared/accounts/mails/es.ts';
import { type MailContent, renderMail } from '../../../shared/accounts/mails/render-mail.ts';
import { LANGUAGES } from '../../../shared/platform/language.ts';

const token = 'q2Zt0m1m3xW3X9d7C2m8nq1JpQyX6cVb4nT5uG7hR8s';
const contents: MailContent[] = [{ template: 'verify_email', token }, { template: 'registration_attempt' }];
const publicUrl = 'https://api.amira.test/';

const sentences = (texts: object): [string, unknown][] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'object'
      ? sentences(value).map(([inner, text]): [string, unknown] => [`${key}.${inner}`, text])
      : [[key, value]],
  );

describe('the translations', () => {
  it('say everything in every language', () => {
    const english = new Map(sentences(en));
    const spanish = new Map(sentences(es));
    expect([...spanish.keys()]).toEqual([...english.keys()]);
    for (const [key, text] of spanish) {
      expect(text).toEqual(expect.stringMatching(/\S/));
      expect({ key, text }).not.toEqual({ key, text: english.get(key) });
    }
  });
});

describe.each(LANGUAGES)('a mail in %s', (languagePreference) => {
  it.each(contents)('has a subject, text and HTML ($template)', (content) => {
    const mail = renderMail(content, { languagePreference, publicUrl });
    expect(mail.subject).toMatch(/^\P{Cc}{5,100}$/u);
    expect(mail.text).toMatch(/\S/);
    expect(mail.html).toContain(`<html lang="${languagePreference}">`);
    expect(mail.html).not.toContain('undefined');
    expect(mail.text).not.toContain('undefined');
  });

  it('has its token alone on a line of the text', () => {
    const { text } = renderMail({ template: 'verify_email', token }, { languagePreference, publicUrl });
    expect(text.split('\n').filter((line) => /^[\w-]{20,}$/.test(line))).toEqual([token]);
  });

  it('links to the public address and nowhere else', () => {
    const { text, html } = renderMail({ template: 'verify_email', token }, { languagePreference, publicUrl });
    for (const form of [text, html]) {
      expect(form.match(/https?:[^\s"<]+/g)).toEqual([`https://api.amira.test/verify-email#token=${token}`]);
    }
  });

  it('escapes what it quotes', () => {
    const { html } = renderMail({ template: 'verify_email', token: '"><b>&' }, { languagePreference, publicUrl });
    expect(html).toContain('<code>&quot;&gt;&lt;b&gt;&amp;</code>');
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { en } from '../../../shared/accounts/mails/en.ts';
import { es } from '../../../shared/accounts/mails/es.ts';
import { type MailContent, renderMail } from '../../../shared/accounts/mails/render-mail.ts';
import { LANGUAGES } from '../../../shared/platform/language.ts';

const token = 'q2Zt0m1m3xW3X9d7C2m8nq1JpQyX6cVb4nT5uG7hR8s';
const withToken = (['verify_email', 'reset_password', 'change_email_old', 'change_email_new'] as const).map(
  (template) => ({ template, token }),
);
const newDevice = (device: string, timeZone = 'America/Bogota'): MailContent => ({
  template: 'new_device',
  device,
  at: Temporal.Instant.from('2026-11-21T10:00:00Z'),
  timeZone,
});
const contents: MailContent[] = [
  ...withToken,
  { template: 'registration_attempt' },
  { template: 'password_changed' },
  { template: 'email_changed' },
  { template: 'second_factor_changed' },
  newDevice('Pixel 12'),
];
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

  it('has a subject of its own for everything it can be about', () => {
    const subjects = contents.map((content) => renderMail(content, { languagePreference, publicUrl }).subject);
    expect(new Set(subjects).size).toBe(contents.length);
  });

  it.each(withToken)('has its token alone on a line of the text ($template)', (content) => {
    const { text } = renderMail(content, { languagePreference, publicUrl });
    expect(text.split('\n').filter((line) => /^[\w-]{20,}$/.test(line))).toEqual([token]);
  });

  it.each(contents)(
    'links to the public address and nowhere else, the token in the fragment ($template)',
    (content) => {
      const { text, html } = renderMail(content, { languagePreference, publicUrl });
      const page = content.template === 'reset_password' ? 'reset-password' : 'verify-email';
      const links = 'token' in content ? [`https://api.amira.test/${page}#token=${token}`] : [];
      for (const form of [text, html]) expect(form.match(/https?:[^\s"<]+/g) ?? []).toEqual(links);
    },
  );

  it('escapes what it quotes', () => {
    const { html } = renderMail({ template: 'verify_email', token: '"><b>&' }, { languagePreference, publicUrl });
    expect(html).toContain('<code>&quot;&gt;&lt;b&gt;&amp;</code>');
  });

  it('names a new device and its time where the user lives', () => {
    const { text } = renderMail(newDevice("Ana's Pixel (12)"), { languagePreference, publicUrl });
    expect(text).toContain("Ana's Pixel (12)");
    expect(text).toMatch(/2026.* 5:00|2026.* 05:00/);
    expect(text).toContain('America/Bogota');
  });

  it('makes neither markup, a link, a header nor a line of its own out of a device name', () => {
    const markupOf = (name: string) => renderMail(newDevice(name), { languagePreference, publicUrl });
    const shape = markupOf('x');
    const hostile = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.constantFrom('<img src=x onerror=a()>', 'https://evil.example', 'www.evil.example', 'a\r\nBcc: b@c.d', token),
    );
    fc.assert(
      fc.property(hostile, (name) => {
        const { subject, text, html } = markupOf(name);
        expect(subject).toBe(shape.subject);
        expect(text.split('\n')).toHaveLength(shape.text.split('\n').length);
        expect(html.split('<')).toHaveLength(shape.html.split('<').length);
        expect(text).not.toMatch(/:\/\/|\w\.\w|@/);
        expect(text.split('\n').filter((line) => /^[\w-]{20,}$/.test(line))).toEqual([]);
      }),
    );
  });
});

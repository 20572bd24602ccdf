import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Mail, MailGateway } from '../../../shared/platform/mail/port.ts';
import { smtpMailGateway } from '../../../shared/platform/mail/smtp.ts';
import { type MailFault, type SmtpStandIn, startSmtpStandIn } from '../../support/stand-ins/smtp/index.ts';

const mail = (extra: Partial<Mail> = {}): Mail => ({
  to: 'mira@example.org',
  subject: 'Bestätige deine Adresse',
  text: 'Your token:\n\nabc-123\n',
  html: '<p>Your token: <b>abc-123</b> – ok?</p>',
  dedupeKey: 'verify:0192',
  ...extra,
});

describe('the mail gateway, through the real mail client', () => {
  let smtp: SmtpStandIn;
  let gateway: MailGateway;

  beforeAll(async () => {
    smtp = await startSmtpStandIn();
    gateway = smtpMailGateway({ url: smtp.url, from: 'Amira <hello@amira.example>', silenceMs: 1000 });
  });
  afterAll(async () => {
    gateway.close();
    await smtp.stop();
  });

  it('delivers subject, text and HTML as they were written', async () => {
    await gateway.send(mail({ to: 'reader@example.org' }));
    expect(smtp.mails({ to: 'reader@example.org' })).toEqual([
      {
        to: 'reader@example.org',
        subject: 'Bestätige deine Adresse',
        text: 'Your token:\n\nabc-123',
        html: expect.stringContaining('<p>Your token: <b>abc-123</b> – ok?</p>'),
        messageId: expect.stringMatching(/^<[0-9a-f]{40}@amira\.example>$/),
        sentAt: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ]);
  });

  it('gives repeats of a mail one Message-ID, and other mails another', async () => {
    const to = 'repeats@example.org';
    for (const dedupeKey of ['a', 'a', 'b']) await gateway.send(mail({ to, dedupeKey }));
    const [third, second, first] = smtp.mails({ to });
    expect(first?.messageId).toBe(second?.messageId);
    expect(third?.messageId).not.toBe(second?.messageId);
  });

  it.each<[MailFault, object]>([
    [550, { class: 'permanent', code: 'mail_refused' }],
    [450, { class: 'transient', code: 'mail_unavailable' }],
    [421, { class: 'transient', code: 'mail_unavailable' }],
    ['hang', { class: 'transient', code: 'mail_unavailable' }],
    ['cut', { class: 'transient', code: 'mail_unavailable' }],
    ['accept-then-cut', { class: 'transient', code: 'mail_unavailable' }],
  ])('a recipient that answers %s', async (fault, error) => {
    const to = `fault-${fault}@example.org`;
    smtp.script(to, fault);
    await expect(gateway.send(mail({ to }))).rejects.toMatchObject(error);
    await gateway.send(mail({ to }));
    expect(smtp.mails({ to })).toHaveLength(fault === 'accept-then-cut' ? 2 : 1);
  });

  it('keeps the address out of its errors', async () => {
    smtp.script('secret@example.org', 550);
    await expect(gateway.send(mail({ to: 'secret@example.org' }))).rejects.toMatchObject({
      message: 'The mail server answered 550 to RCPT TO.',
    });
  });

  it('takes an unreachable server for a passing trouble', async () => {
    const nowhere = smtpMailGateway({ url: 'smtp://127.0.0.1:1', from: 'a@amira.example' });
    await expect(nowhere.send(mail())).rejects.toMatchObject({ class: 'transient', code: 'mail_unavailable' });
    nowhere.close();
  });

  it.each<[string, Partial<Mail>]>([
    ['a second recipient after a comma', { to: 'a@example.org,b@example.org' }],
    ['a header after a line break in the recipient', { to: 'a@example.org\r\nBcc: b@example.org' }],
    ['a header after a line break in the subject', { subject: 'Hi\r\nBcc: b@example.org' }],
    ['a bare line feed in the subject', { subject: 'Hi\nthere' }],
    ['a NUL in the subject', { subject: 'Hi\u0000' }],
    ['a display name', { to: 'Eve <eve@example.org>' }],
    ['no address', { to: '' }],
  ])('refuses %s', async (_, extra) => {
    await expect(gateway.send(mail(extra))).rejects.toMatchObject({ class: 'permanent', code: 'mail_refused' });
  });
});

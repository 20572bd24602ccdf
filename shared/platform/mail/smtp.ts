import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { type AppError, permanent, transient } from '../errors.ts';
import type { Mail, MailGateway } from './port.ts';

type Options = {
  /** `smtp://user:password@host:port` or `smtps://…`; nodemailer's settings as query parameters (`?requireTLS=true`). */
  url: string;
  /** The sender as it stands in the header: `Amira <hello@example.org>`. */
  from: string;
  /** How long the server may say nothing, at any point of the dialogue. */
  silenceMs?: number;
};

/** Mail over SMTP with pooled connections. A mail is tried once a call: retries belong to the ledger. */
export function smtpMailGateway({ url, from, silenceMs = 15_000 }: Options): MailGateway {
  const transport = createTransport({
    url,
    pool: true,
    maxRequeues: 0,
    connectionTimeout: silenceMs,
    greetingTimeout: silenceMs,
    dnsTimeout: silenceMs,
    socketTimeout: silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail) {
      refuseInjection(mail);
      const { subject, text, html } = mail;
      // An address object is taken as it is; a string would be split at commas.
      const to = { name: '', address: mail.to };
      const headers = { 'Auto-Submitted': 'auto-generated' };
      try {
        await transport.sendMail({
          from,
          to,
          subject,
          text,
          html,
          headers,
          messageId: messageId(mail.dedupeKey, from),
        });
      } catch (error) {
        throw mailError(error);
      }
    },
    close: () => transport.close(),
  };
}

/** The digest keeps what the key is made of to ourselves. */
function messageId(dedupeKey: string, from: string): string {
  const domain = /@([^\s>]+)/.exec(from)?.[1] ?? 'localhost';
  return `<${createHash('sha256').update(dedupeKey).digest('hex').slice(0, 40)}@${domain}>`;
}

const oneAddress = /^[^\s@,;:<>()"[\]\\]+@[^\s@,;:<>()"[\]\\]+$/;

function refuseInjection({ to, subject }: Mail): void {
  if (!oneAddress.test(to) || hasControlCharacter(to)) {
    throw permanent('mail_refused', 'The recipient is not exactly one mail address.');
  }
  if (hasControlCharacter(subject))
    throw permanent('mail_refused', 'The subject has a line break or control character.');
}

const hasControlCharacter = (text: string) => /\p{Cc}|\p{Zl}|\p{Zp}/u.test(text);

const SmtpError = z.object({
  responseCode: z.int().optional(),
  command: z.string().optional(),
  code: z.string().optional(),
});

/**
 * Only a 5xx to the address or the content is a verdict on this mail. A 5xx to the greeting, the login or the sender is
 * a verdict on our settings, which somebody will mend. The server's words are left out: they quote the address.
 */
function mailError(error: unknown): AppError {
  const { responseCode, command = 'the connection', code } = SmtpError.safeParse(error).data ?? {};
  const answer = responseCode === undefined ? (code ?? 'an unknown error') : String(responseCode);
  const message = `The mail server answered ${answer} to ${command}.`;
  return (responseCode ?? 0) >= 500 && (command === 'RCPT TO' || command === 'DATA')
    ? permanent('mail_refused', message)
    : transient('mail_unavailable', message);
}

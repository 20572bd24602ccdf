import PostalMime from 'postal-mime';

/** A mail as its receiver reads it; `sentAt` is ISO 8601 in UTC, the moment the server took it. */
export type CapturedMail = {
  to: string;
  subject: string;
  text: string;
  html: string;
  messageId: string;
  sentAt: string;
};

/** Reads a raw message; one capture for each recipient. Throws on a mail without From, To, Date, Subject or Message-ID. */
export async function readMail(raw: Buffer, recipients: string[], at: Temporal.Instant): Promise<CapturedMail[]> {
  const mail = await PostalMime.parse(raw);
  const present = new Set(mail.headers.map((header) => header.key));
  const missing = ['from', 'to', 'date', 'subject', 'message-id'].filter((header) => !present.has(header));
  if (missing.length > 0) throw new MailMalformed(`missing header: ${missing.join(', ')}`);
  const { subject = '', text = '', html = '', messageId = '' } = mail;
  return recipients.map((to) => ({ to, subject, text: text.trimEnd(), html, messageId, sentAt: at.toString() }));
}

class MailMalformed extends Error {
  readonly responseCode = 554;
}

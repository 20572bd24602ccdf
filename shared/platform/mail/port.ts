export type Mail = {
  /** Exactly one address. */
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Stable per mail: repeats carry the same Message-ID. */
  dedupeKey: string;
};

export type MailGateway = {
  /** Throws `AppError`: permanent for 5xx refusals of the address or content, transient otherwise. */
  send(mail: Mail): Promise<void>;
  close(): void;
};

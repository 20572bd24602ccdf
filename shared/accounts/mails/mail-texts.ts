/** Mails that carry a token, to be used once. */
export type TokenTemplate = 'verify_email' | 'reset_password' | 'change_email_old' | 'change_email_new';

/** Mails that only tell what has happened. */
export type NoticeTemplate = 'registration_attempt' | 'password_changed' | 'email_changed' | 'second_factor_changed';

/** Every sentence of our mails in one language. A language that leaves one out does not compile. */
export type MailTexts = {
  readonly greeting: string;
  readonly closing: string;
  readonly tokens: Readonly<Record<TokenTemplate, TokenTexts>>;
  readonly notices: Readonly<Record<NoticeTemplate, NoticeTexts>>;
  readonly newDevice: NoticeTexts & { readonly device: string; readonly time: string };
};

type TokenTexts = {
  readonly subject: string;
  readonly request: string;
  readonly link: string;
  readonly orToken: string;
  readonly validity: string;
  readonly notYou: string;
};

type NoticeTexts = {
  readonly subject: string;
  readonly happened: string;
  readonly ifYou: string;
  readonly notYou: string;
};

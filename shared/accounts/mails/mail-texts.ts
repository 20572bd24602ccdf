/** Every sentence of our mails in one language. A language that leaves one out does not compile. */
export type MailTexts = {
  readonly greeting: string;
  readonly closing: string;
  readonly verifyEmail: {
    readonly subject: string;
    readonly request: string;
    readonly link: string;
    readonly orToken: string;
    readonly validity: string;
    readonly notYou: string;
  };
  readonly registrationAttempt: {
    readonly subject: string;
    readonly happened: string;
    readonly ifYou: string;
    readonly notYou: string;
  };
};

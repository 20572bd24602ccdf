import type { MailTexts } from './mail-texts.ts';

export const en: MailTexts = {
  greeting: 'Hello,',
  closing: 'Your Amira team',
  verifyEmail: {
    subject: 'Confirm your e-mail address',
    request: 'please confirm that this address is yours, and your Amira account is ready.',
    link: 'Confirm my address',
    orToken: 'Or enter this code in the app:',
    validity: 'Both work once, for 24 hours.',
    notYou: 'If you did not sign up for Amira, ignore this mail: without your confirmation the account stays unused.',
  },
  registrationAttempt: {
    subject: 'You already have an Amira account',
    happened: 'somebody just tried to sign up for Amira with this address, but it has an account already.',
    ifYou:
      'If that was you, sign in as usual. If you have forgotten your password, set a new one from the sign-in screen.',
    notYou: 'If it was not you, there is nothing to do: your account is as it was, and nobody was told that it exists.',
  },
};

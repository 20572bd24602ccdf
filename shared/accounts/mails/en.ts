import type { MailTexts } from './mail-texts.ts';

export const en: MailTexts = {
  greeting: 'Hello,',
  closing: 'Your Amira team',
  tokens: {
    verify_email: {
      subject: 'Confirm your e-mail address',
      request: 'please confirm that this address is yours, and your Amira account is ready.',
      link: 'Confirm my address',
      orToken: 'Or enter this code in the app:',
      validity: 'Both work once, for 24 hours.',
      notYou: 'If you did not sign up for Amira, ignore this mail: without your confirmation the account stays unused.',
    },
    reset_password: {
      subject: 'Set a new password',
      request: 'here you can set a new password for your Amira account.',
      link: 'Set a new password',
      orToken: 'Or enter this code in the app:',
      validity: 'Both work once, for 10 minutes. Afterwards you sign in anew on each of your devices.',
      notYou: 'If you did not ask for this, there is nothing to do: your password stays as it is.',
    },
    change_email_old: {
      subject: 'Confirm the change of your e-mail address',
      request: 'your Amira account is to move from this address to another one. Please confirm that you want that.',
      link: 'Confirm the change',
      orToken: 'Or enter this code in the app:',
      validity: 'Both work once, for 24 hours. The new address has a mail of its own to confirm.',
      notYou:
        'If you did not ask for this, do not confirm it: the address stays as it is. Then please set a new password, since whoever asked for the change knew yours.',
    },
    change_email_new: {
      subject: 'Confirm your new e-mail address',
      request: 'please confirm that your Amira account is to use this address from now on.',
      link: 'Confirm my new address',
      orToken: 'Or enter this code in the app:',
      validity: 'Both work once, for 24 hours. The old address has a mail of its own to confirm.',
      notYou: 'If you did not ask for this, ignore this mail: without your confirmation nothing changes.',
    },
  },
  notices: {
    registration_attempt: {
      subject: 'You already have an Amira account',
      happened: 'somebody just tried to use this address for another Amira account, but it has one already.',
      ifYou:
        'If that was you, sign in as usual. If you have forgotten your password, set a new one from the sign-in screen.',
      notYou:
        'If it was not you, there is nothing to do: your account is as it was, and nobody was told that it exists.',
    },
    password_changed: {
      subject: 'Your password has been changed',
      happened: 'the password of your Amira account has just been changed, and your earlier sign-ins have ended.',
      ifYou: 'If that was you, everything is fine: sign in with the new password on your other devices.',
      notYou: 'If it was not you, set a new password now, from the sign-in screen. It needs nothing but this mailbox.',
    },
    email_changed: {
      subject: 'Your e-mail address has been changed',
      happened: 'your Amira account now uses another address. This is the last mail about it to this one.',
      ifYou: 'If that was you, everything is fine: sign in with the new address from now on.',
      notYou: 'If it was not you, answer this mail and we will help you.',
    },
    second_factor_changed: {
      subject: 'The second step of your sign-in has changed',
      happened: 'the second step of signing in to your Amira account, the code of an app, has just been changed.',
      ifYou: 'If that was you, everything is fine.',
      notYou: 'If it was not you, set a new password now, from the sign-in screen, and answer this mail.',
    },
  },
  newDevice: {
    subject: 'A new device has signed in',
    happened: 'your Amira account has just been used on a device that we had not seen before.',
    device: 'Device',
    time: 'Time',
    ifYou: 'If that was you, everything is fine.',
    notYou: 'If it was not you, set a new password now, from the sign-in screen: that ends every sign-in.',
  },
};

import { z } from 'zod';
import { EmailAddress, hashChosen, NewPassword } from '../../../shared/accounts/index.ts';
import { LanguageTag } from '../../../shared/platform/language.ts';
import { TimeZone } from '../../../shared/platform/time/local-date.ts';
import { defineRoute } from '../../route.ts';
import { EncryptionKeySalt, GrantedPurposes, requireService } from './fields.ts';
import { inEvenTime } from './in-even-time.ts';
import { registerAddress } from './registration.ts';
import { Accepted, accepted } from './views.ts';

export const register = defineRoute(
  {
    method: 'POST',
    path: '/auth/register',
    summary: 'Open an account',
    description: 'Whatever the address, the answer is the same; what happened is told in a mail to it.',
    tag: 'accounts',
    who: 'anyone',
    limit: 'register',
    body: z.strictObject({
      email: EmailAddress,
      password: NewPassword,
      timeZone: TimeZone,
      languagePreference: LanguageTag.default('en'),
      encryptionKeySalt: EncryptionKeySalt,
      consents: GrantedPurposes,
    }),
    response: Accepted,
    status: 202,
    idempotent: true,
    problems: ['consent_required', 'weak_password', 'busy'],
  },
  async ({ body: { password, consents, ...details }, deps }) => {
    requireService(consents);
    const registration = { ...details, passwordHash: await hashChosen(deps.passwords, password) };
    // An account that is opened takes more writing than a mail to somebody who has one. The hash, which takes as long for
    // both, is not counted in: with it the two might end on either side of a step.
    await inEvenTime(() => registerAddress(deps, registration, consents));
    return { body: accepted };
  },
);

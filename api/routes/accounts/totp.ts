import { z } from 'zod';
import {
  beginEnrolment,
  getAccount,
  hasSecondFactor,
  issueAccessToken,
  markProved,
  Scope,
  SecondFactorCode,
  scopesOf,
} from '../../../shared/accounts/index.ts';
import { permanent } from '../../../shared/platform/errors.ts';
import { newId } from '../../../shared/platform/ids.ts';
import { InstantText, instantText } from '../../../shared/platform/time/instant.ts';
import { authFailure } from '../../auth-failure.ts';
import { ownSession } from '../../own-session.ts';
import { defineRoute } from '../../route.ts';
import { provesSecondFactor } from '../../second-factor.ts';
import { ownCipher } from '../own-cipher.ts';

export const TotpEnrolment = z
  .object({
    secret: z.string().meta({ description: 'For typing it into an authenticator: base32.' }),
    uri: z.string().meta({ description: 'The same for a QR code (`otpauth://`).' }),
    recoveryCodes: z
      .array(z.string())
      .meta({ description: 'Each may be given once instead of a code. Neither they nor the secret are shown again.' }),
  })
  .meta({ id: 'TotpEnrolment' });

const ProvedSession = z
  .object({
    accessToken: z.string(),
    accessTokenExpiresAt: InstantText,
    scopes: z.array(Scope).meta({ description: 'What the new access token may be used for.' }),
  })
  .meta({ id: 'ProvedSession' });

export const enrollTotp = defineRoute(
  {
    method: 'POST',
    path: '/auth/totp/enroll',
    summary: 'Begin to use an authenticator',
    description:
      'It counts once its first code has been given to `/auth/totp/verify`; until then an authenticator that was enrolled before goes on counting. With one of those the session must have been proved by it.',
    tag: 'accounts',
    who: 'user',
    reauthentication: true,
    response: TotpEnrolment,
    problems: ['second_factor_required'],
  },
  {
    prepare: ownCipher,
    async handle({ tx, user, prepared: cipher, clock }) {
      if (!user.secondFactor && (await hasSecondFactor(tx, user.id)))
        throw permanent('second_factor_required', 'Give a code of the present authenticator first.');
      const { email } = await getAccount(tx);
      return { body: await beginEnrolment(tx, { userId: user.id, email }, cipher, clock.now()) };
    },
  },
);

export const verifyTotp = defineRoute(
  {
    method: 'POST',
    path: '/auth/totp/verify',
    limit: 'proof',
    summary: 'Prove the session with an authenticator',
    description:
      'Takes the code an authenticator shows, or a recovery code; each counts once. The first code of a new enrolment makes it the one that counts. Refreshing the session keeps the proof.',
    tag: 'accounts',
    who: 'user',
    body: z.strictObject({ code: SecondFactorCode }),
    response: ProvedSession,
    problems: ['invalid_code', 'forbidden'],
  },
  {
    prepare: ownCipher,
    async handle({ tx, user, body, prepared: cipher, clock, deps }) {
      const now = clock.now();
      const session = ownSession(user);
      if (!(await provesSecondFactor(tx, { userId: user.id, code: body.code }, cipher, now)))
        throw authFailure(
          deps.metrics,
          'bad_second_factor',
          permanent('invalid_code', 'That is not a code that counts.'),
          user.id,
        );
      await markProved(tx, session.sessionId, now);
      const bearer = { ...session, userId: user.id, secondFactor: true };
      const access = await issueAccessToken(bearer, newId(), deps.accountKeys.accessToken, now);
      return {
        body: {
          accessToken: access.accessToken,
          accessTokenExpiresAt: instantText(access.accessTokenExpiresAt),
          scopes: scopesOf(user.role, true),
        },
      };
    },
  },
);

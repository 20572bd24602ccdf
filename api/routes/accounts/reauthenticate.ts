import { z } from 'zod';
import { issueReauthenticationProof, PresentedPassword } from '../../../shared/accounts/index.ts';
import { InstantText, instantText } from '../../../shared/platform/time/instant.ts';
import { defineRoute } from '../../route.ts';
import { ownPassword } from './own-password.ts';

const Reauthentication = z
  .object({
    proof: z.string().meta({ description: 'To be sent as `X-Reauthentication`, by this session.' }),
    expiresAt: InstantText,
  })
  .meta({ id: 'Reauthentication' });

export const reauthenticate = defineRoute(
  {
    method: 'POST',
    path: '/auth/reauthenticate',
    limit: 'proof',
    summary: 'Prove once more who you are',
    description: 'For routes that ask for it. The proof is good for 5 minutes, in this session.',
    tag: 'accounts',
    who: 'user',
    body: z.strictObject({ password: PresentedPassword }),
    response: Reauthentication,
    problems: ['invalid_credentials', 'forbidden', 'busy'],
  },
  {
    prepare: (call) => ownPassword(call, call.body.password),
    async handle({ deps: { accountKeys }, clock, prepared: { session } }) {
      const { proof, expiresAt } = await issueReauthenticationProof(session, accountKeys.accessToken, clock.now());
      return { body: { proof, expiresAt: instantText(expiresAt) } };
    },
  },
);

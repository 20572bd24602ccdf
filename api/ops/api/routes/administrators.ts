import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  addFirstAdministrator,
  beginEnrolment,
  EmailAddress,
  hasAdministrator,
  hashChosen,
  isNonceLive,
  issueNonce,
  NewPassword,
  provesSecret,
  recordConsents,
} from '../../../../shared/accounts/index.ts';
import type { Deps } from '../../../../shared/compose.ts';
import { permanent } from '../../../../shared/platform/errors.ts';
import { newId, type UserId } from '../../../../shared/platform/ids.ts';
import { InstantText, instantText } from '../../../../shared/platform/time/instant.ts';
import { authFailure } from '../../../auth-failure.ts';
import { TotpEnrolment } from '../../../routes/accounts/totp.ts';
import { defineOpsRoute } from '../route.ts';

export const challengeAdministrator = defineOpsRoute(
  {
    method: 'POST',
    path: '/administrators/challenge',
    summary: 'Ask for a nonce, to make the first administrator with',
    description: 'There only while there is no administrator.',
    tag: 'operators',
    operator: 'anyone',
    response: z.object({ nonce: z.string(), expiresAt: InstantText }),
    problems: ['not_found'],
  },
  async ({ deps, clock }) => {
    await unlessInCharge(deps);
    const { nonce, expiresAt } = issueNonce(deps.config.SECRET_KEY, randomBytes(16), clock.now());
    return { body: { nonce, expiresAt: instantText(expiresAt) } };
  },
);

export const addAdministrator = defineOpsRoute(
  {
    method: 'POST',
    path: '/administrators',
    summary: 'Make the first administrator',
    description:
      'There only while there is no administrator; later ones are made by those there are. `proof` is an HMAC-SHA-256 of nonce, address and password under a key derived from the server’s secret: `npm run ops -- admin create` makes it.',
    tag: 'operators',
    operator: 'anyone',
    limit: 'register',
    body: z.strictObject({
      email: EmailAddress,
      password: NewPassword,
      nonce: z.string().max(200),
      proof: z.string().max(100),
    }),
    response: z.object({ id: z.uuid(), enrolment: TotpEnrolment }),
    status: 201,
    problems: ['not_found', 'conflict', 'weak_password', 'busy'],
  },
  async ({ body: { proof, ...request }, deps, clock }) => {
    const { config, database, metrics, passwords, userKeys } = deps;
    await unlessInCharge(deps);
    const now = clock.now();
    const isProved =
      isNonceLive(request.nonce, config.SECRET_KEY, now) && provesSecret(request, proof, config.SECRET_KEY);
    if (!isProved)
      throw authFailure(
        metrics,
        'bad_credentials',
        permanent('forbidden', 'That was not signed with the server’s secret, or too long ago.'),
      );
    const passwordHash = await hashChosen(passwords, request.password);
    const id = newId<UserId>();
    const { email } = request;
    const isFirst = await database.transaction({ userId: id }, async (tx) => {
      const isAdded = await addFirstAdministrator(tx, { id, email, passwordHash }, now);
      // As everybody has it who has an account.
      if (isAdded) await recordConsents(tx, id, ['service'], now);
      return isAdded;
    });
    if (!isFirst) throw missing();
    // Only an account that is there has a key to seal the secret with.
    const cipher = await userKeys.cipherOf(id);
    const enrolment = await database.transaction({ userId: id }, (tx) =>
      beginEnrolment(tx, { userId: id, email }, cipher, now),
    );
    return { body: { id, enrolment }, location: '/ops/api/session' };
  },
);

async function unlessInCharge({ database }: Pick<Deps, 'database'>): Promise<void> {
  if (await hasAdministrator(database)) throw missing();
}

const missing = () => permanent('not_found', 'There is nothing at this address.');

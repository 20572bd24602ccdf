import { z } from 'zod';
import { trendsRecompute } from '../../../jobs/trends-recompute/contract.ts';
import { consentHistory, currentConsents, recordConsents } from '../../../shared/accounts/index.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { defineRoute } from '../../route.ts';
import { GrantedPurposes, requireService } from './fields.ts';
import { ConsentsView, viewOfConsents } from './views.ts';

export const getConsents = defineRoute(
  {
    method: 'GET',
    path: '/me/consents',
    summary: 'Read what you agree to, and what you decided before',
    tag: 'accounts',
    who: 'user',
    response: ConsentsView,
  },
  async ({ tx }) => ({ body: viewOfConsents(await currentConsents(tx), await consentHistory(tx)) }),
);

export const putConsents = defineRoute(
  {
    method: 'PUT',
    path: '/me/consents',
    summary: 'Decide what you agree to',
    description: `The list is complete: a purpose that is not in it is withdrawn. Once this is answered, nothing more is done for it. Who newly agrees to \`insights\` has their check-ins looked through at once, without waiting for the next.

\`service\` cannot be left out; it ends with the account.`,
    tag: 'accounts',
    who: 'user',
    body: z.strictObject({ consents: GrantedPurposes }),
    response: ConsentsView,
    problems: ['consent_required'],
  },
  async ({ tx, user, body: { consents }, clock }) => {
    requireService(consents);
    const { newest, newlyGranted } = await recordConsents(tx, user.id, consents, clock.now());
    if (newlyGranted.includes('insights')) enqueue(tx, trendsRecompute, { userId: user.id });
    await tx.em.flush();
    return { body: viewOfConsents(newest, await consentHistory(tx)) };
  },
);

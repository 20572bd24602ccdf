import { z } from 'zod';
import { currentConsents, recordConsents } from '../../../shared/accounts/index.ts';
import { defineRoute } from '../../route.ts';
import { GrantedPurposes } from './fields.ts';
import { ConsentsView, viewOfConsents } from './views.ts';

export const getConsents = defineRoute(
  {
    method: 'GET',
    path: '/me/consents',
    summary: 'Read what you agree to',
    tag: 'accounts',
    who: 'user',
    response: ConsentsView,
  },
  async ({ tx }) => ({ body: viewOfConsents(await currentConsents(tx)) }),
);

export const putConsents = defineRoute(
  {
    method: 'PUT',
    path: '/me/consents',
    summary: 'Decide what you agree to',
    description: 'The list is complete: a purpose that is not in it is withdrawn, and nothing is done for it any more.',
    tag: 'accounts',
    who: 'user',
    body: z.strictObject({ consents: GrantedPurposes }),
    response: ConsentsView,
  },
  async ({ tx, user, body, clock }) => ({
    body: viewOfConsents(await recordConsents(tx, user.id, body.consents, clock.now())),
  }),
);

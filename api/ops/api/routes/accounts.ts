import { z } from 'zod';
import {
  type AccountChange,
  AccountStatus,
  changeAccount,
  EmailAddress,
  OperatorRole,
  overviewByEmail,
  Role,
  recordAudit,
  resetSecondFactor,
} from '../../../../shared/accounts/index.ts';
import { UserId } from '../../../../shared/platform/ids.ts';
import { InstantText } from '../../../../shared/platform/time/instant.ts';
import { defineOpsRoute } from '../route.ts';
import { Reason } from './fields.ts';

/** What operators see of an account: never a name, an address, or anything somebody has written. */
const AccountView = z
  .object({
    id: z.uuid(),
    role: Role,
    operatorRole: OperatorRole.nullable(),
    status: AccountStatus,
    createdAt: InstantText,
    lastSignInAt: InstantText.nullable(),
  })
  .meta({ id: 'AccountOverview' });

export const findAccount = defineOpsRoute(
  {
    method: 'GET',
    path: '/accounts',
    summary: 'Find the account of an address',
    description: 'The look-up itself is audited.',
    tag: 'operators',
    operator: 'support',
    query: z.object({ email: EmailAddress }),
    response: z.object({ items: z.array(AccountView) }),
  },
  async ({ tx, operator, query }) => {
    const account = await overviewByEmail(tx, query.email);
    await recordAudit(tx, { actor: operator.id, action: 'account.find', target: account?.id ?? null });
    return { body: { items: account ? [account] : [] } };
  },
);

export const changeTier = changing(
  { kind: 'tier', summary: 'Set the subscription tier', operator: 'operator' },
  z.strictObject({ tier: z.enum(['standard', 'premium']), reason: Reason }),
  ({ tier }) => ({ kind: 'tier', tier }),
);

const NewRole = z.union([
  z.strictObject({ role: z.literal('administrator'), operatorRole: OperatorRole, reason: Reason }),
  z.strictObject({ role: Role.exclude(['administrator']), reason: Reason }),
]);

export const changeRole = changing(
  { kind: 'role', summary: 'Give a role, or take it', operator: 'admin' },
  NewRole,
  (body) =>
    body.role === 'administrator'
      ? { kind: 'role', role: body.role, operatorRole: body.operatorRole }
      : { kind: 'role', role: body.role },
);

const Because = z.strictObject({ reason: Reason });

export const lockAccount = changing(
  { kind: 'lock', summary: 'Lock an account and end its sessions', operator: 'operator' },
  Because,
  () => ({ kind: 'lock' }),
);

export const unlockAccount = changing(
  { kind: 'unlock', summary: 'Let the owner of a locked account in again', operator: 'operator' },
  Because,
  () => ({ kind: 'unlock' }),
);

export const resetAccountSecondFactor = defineOpsRoute(
  {
    method: 'POST',
    path: '/accounts/{id}/reset-second-factor',
    summary: 'Take a lost second factor from an account',
    description:
      'Ends what it has proved and the operator sessions of the account; its owner is told by mail and enrols anew in the app. Not for oneself.',
    tag: 'operators',
    operator: 'admin',
    params: z.object({ id: UserId }),
    body: Because,
    response: AccountView,
    problems: ['conflict'],
  },
  async ({ tx, operator, params: { id }, body: { reason }, clock }) => ({
    body: await resetSecondFactor(tx, operator, { id, reason }, clock.now()),
  }),
);

type Kind = { kind: AccountChange['kind']; summary: string; operator: OperatorRole };

/** All changes are alike: of one account, for a reason, answered with where it stands then. */
function changing<Body extends { reason: string }>(
  { kind, summary, operator: needed }: Kind,
  body: z.ZodType<Body>,
  changeOf: (body: Body) => AccountChange,
) {
  return defineOpsRoute(
    {
      method: 'POST',
      path: `/accounts/{id}/${kind}`,
      summary,
      tag: 'operators',
      operator: needed,
      params: z.object({ id: UserId }),
      body,
      response: AccountView,
      problems: ['conflict', 'last_administrator'],
    },
    async ({ tx, operator, params, body, clock }) => {
      const wanted = { id: params.id, change: changeOf(body as Body), reason: (body as Body).reason };
      return { body: await changeAccount(tx, operator, wanted, clock.now()) };
    },
  );
}

import { z } from 'zod';
import {
  EmailAddress,
  endOperatorSession,
  findByEmail,
  getAccount,
  OperatorRole,
  openOperatorSession,
  operatorStanding,
  PresentedPassword,
  recordAudit,
  SecondFactorCode,
} from '../../../../shared/accounts/index.ts';
import type { Deps } from '../../../../shared/compose.ts';
import { permanent } from '../../../../shared/platform/errors.ts';
import { InstantText } from '../../../../shared/platform/time/instant.ts';
import { authFailure } from '../../../auth-failure.ts';
import { provesSecondFactor } from '../../../second-factor.ts';
import { defineOpsRoute, type SignedInOperator } from '../route.ts';
import { csrfTokenOf, sessionCookie } from '../session-token.ts';

const SessionView = z
  .object({
    operator: z.object({ id: z.uuid(), role: OperatorRole }),
    expiresAt: InstantText.meta({ description: 'Earlier when it is left alone for half an hour.' }),
    csrfToken: z.string().nullable().meta({ description: 'For browsers: to be sent as `X-CSRF-Token`.' }),
  })
  .meta({ id: 'OperatorSession' });

export const signIn = defineOpsRoute(
  {
    method: 'POST',
    path: '/session',
    summary: 'Sign in as an operator',
    description:
      'For administrators. The code may be a recovery code; the first one of a new enrolment confirms it. A browser is given a cookie, a program (`as: bearer`) a token.',
    tag: 'operators',
    operator: 'anyone',
    limit: 'operatorLogin',
    body: z.strictObject({
      email: EmailAddress,
      password: PresentedPassword,
      totp: SecondFactorCode,
      as: z.enum(['cookie', 'bearer']).default('cookie'),
    }),
    response: SessionView.extend({ token: z.string().optional() }).meta({ id: 'NewOperatorSession' }),
    problems: ['invalid_credentials', 'busy'],
  },
  async ({ body, deps }) => {
    const { token, operator } = await provenSession(body, deps);
    if (body.as === 'bearer') return { body: { ...viewOf(operator), token } };
    const csrfToken = csrfTokenOf(token, deps.config);
    const headers = { 'Set-Cookie': sessionCookie(token, deps.config) };
    return { body: viewOf({ ...operator, csrfToken }), headers };
  },
);

export const getSession = defineOpsRoute(
  {
    method: 'GET',
    path: '/session',
    summary: 'Read who is signed in here',
    tag: 'operators',
    operator: 'viewer',
    response: SessionView,
  },
  async ({ operator }) => ({ body: viewOf(operator) }),
);

export const signOut = defineOpsRoute(
  { method: 'DELETE', path: '/session', summary: 'Sign out', tag: 'operators', operator: 'viewer' },
  async ({ tx, operator, clock, deps }) => {
    await endOperatorSession(tx, operator.sessionId, clock.now());
    await recordAudit(tx, { actor: operator.id, action: 'session.close' });
    return { headers: { 'Set-Cookie': sessionCookie('', deps.config) } };
  },
);

const viewOf = ({ id, role, expiresAt, csrfToken }: Pick<SignedInOperator, keyof SignedInOperator & ViewKeys>) => ({
  operator: { id, role },
  expiresAt,
  csrfToken,
});
type ViewKeys = 'id' | 'role' | 'expiresAt' | 'csrfToken';

type Credentials = { email: string; password: string; totp: string };

/** A new session. Whatever is wrong, an unknown address included, is refused in the same words, after the same work. */
async function provenSession({ email, password, totp }: Credentials, deps: Deps) {
  const { database, passwords, userKeys, clock, metrics } = deps;
  const known = await findByEmail(database, email);
  const isTheirs = await passwords.verify(password, known?.passwordHash ?? null);
  const refused = permanent('invalid_credentials', 'The address, the password or the code is wrong.');
  if (!known || !isTheirs) throw authFailure(metrics, 'bad_credentials', refused, known?.id);
  const { id } = known;
  const cipher = await userKeys.cipherOf(id);
  const now = clock.now();
  return database.transaction({ userId: id }, async (tx) => {
    const { role, status } = await getAccount(tx);
    if (role !== 'administrator' || status !== 'active') throw authFailure(metrics, 'bad_credentials', refused, id);
    if (!(await provesSecondFactor(tx, { userId: id, code: totp }, cipher, now)))
      throw authFailure(metrics, 'bad_second_factor', refused, id);
    const token = await openOperatorSession(tx, id, now);
    const standing = await operatorStanding(tx, token, now);
    if (!standing) throw new Error('a session that was just opened stands');
    await recordAudit(tx, { actor: id, action: 'session.open', target: standing.sessionId });
    return { token, operator: { ...standing, id, csrfToken: null } };
  });
}

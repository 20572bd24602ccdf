import { timingSafeEqual } from 'node:crypto';
import {
  isAtLeast,
  markOperatorActive,
  needsRole,
  operatorOf,
  operatorStanding,
} from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import { permanent } from '../../../shared/platform/errors.ts';
import { authFailure } from '../../auth-failure.ts';
import type { ApiContext, Middleware } from '../../context.ts';
import type { OpsRoute, SignedInOperator } from './route.ts';
import { csrfTokenOf, type Presented, presentedToken } from './session-token.ts';

type Needs = Pick<Deps, 'database' | 'clock' | 'config' | 'metrics'>;

/** Finds out who asks. Nothing is refused yet: who has no session is told what they would be told of a missing page. */
export const identify =
  (deps: Needs): Middleware =>
  async (ctx, next) => {
    const presented = presentedToken(ctx);
    const operator = presented && (await operatorBehind(presented, deps));
    if (operator) ctx.state.operator = operator;
    return next();
  };

async function operatorBehind({ token, by }: Presented, deps: Needs): Promise<SignedInOperator | null> {
  const id = operatorOf(token);
  if (!id) return null;
  const now = deps.clock.now();
  return deps.database.transaction({ userId: id }, async (tx) => {
    const standing = await operatorStanding(tx, token, now);
    if (!standing) return null;
    await markOperatorActive(tx, standing.sessionId, now);
    return { ...standing, id, token, csrfToken: by === 'cookie' ? csrfTokenOf(token, deps.config) : null };
  });
}

/** Lets through whom the route is for. */
export const authorize =
  ({ operator: needed, spec }: OpsRoute, { metrics }: Pick<Deps, 'metrics'>): Middleware =>
  (ctx, next) => {
    const { operator } = ctx.state;
    const changes = spec.method !== 'GET';
    if (changes) checkOrigin(ctx, metrics);
    if (needed === 'anyone') return next();
    if (!operator) throw authFailure(metrics, 'no_token', permanent('not_found', 'There is nothing at this address.'));
    if (changes && operator.csrfToken !== null) checkCsrf(ctx, operator.csrfToken, metrics);
    if (!isAtLeast(operator.role, needed)) throw authFailure(metrics, 'insufficient_scope', needsRole(needed));
    return next();
  };

/** A browser says where a request began; programs say nothing. What began on another page changes nothing here. */
function checkOrigin(ctx: ApiContext, metrics: Deps['metrics']): void {
  const origin = ctx.get('Origin');
  const site = ctx.get('Sec-Fetch-Site');
  const isOurs = origin === '' ? ctx.state.operator?.csrfToken == null : hostOf(origin) === ctx.get('Host');
  if (isOurs && (site === '' || site === 'same-origin' || site === 'none')) return;
  throw authFailure(metrics, 'foreign_origin', permanent('forbidden', 'This request began on another page.'));
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);

function checkCsrf(ctx: ApiContext, expected: string, metrics: Deps['metrics']): void {
  const [sent, wanted] = [Buffer.from(ctx.get('X-CSRF-Token')), Buffer.from(expected)];
  if (sent.length === wanted.length && timingSafeEqual(sent, wanted)) return;
  throw authFailure(metrics, 'bad_csrf_token', permanent('forbidden', 'X-CSRF-Token is not the one of this session.'));
}

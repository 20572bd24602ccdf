import { unauthenticated, verifyAccessToken } from '../../shared/accounts/index.ts';
import type { Deps } from '../../shared/compose.ts';
import { isAppError, permanent } from '../../shared/platform/errors.ts';
import { authFailure, checkScope } from '../auth-failure.ts';
import type { ApiContext, Middleware } from '../context.ts';
import type { RouteSpec, SignedInUser } from '../route.ts';
import { vouchedUser } from '../vouched-user.ts';

type Needs = Pick<Deps, 'accountKeys' | 'externalIssuer' | 'database' | 'clock' | 'metrics'>;

/** Lets in who presents a valid access token, in the `Authorization` header and nowhere else. */
export const authenticate =
  (spec: Pick<RouteSpec, 'scope'>, deps: Needs): Middleware =>
  async (ctx, next) => {
    const token = bearerToken(ctx, deps.metrics);
    const { externalIssuer: issuer } = deps;
    const user = issuer?.issued(token)
      ? vouchedUser(issuer, token, ctx.get('X-Time-Zone'), deps)
      : ownUser(spec, token, deps);
    ctx.state.user = await user.catch((error: unknown) => {
      const isRefused = isAppError(error) && error.code === 'unauthenticated';
      throw isRefused ? authFailure(deps.metrics, 'bad_token', error) : error;
    });
    return next();
  };

async function ownUser(spec: Pick<RouteSpec, 'scope'>, token: string, deps: Needs): Promise<SignedInUser> {
  const claims = await verifyAccessToken(token, deps.accountKeys.accessToken, deps.clock.now());
  const { userId: id, role, scopes, sessionId, tokenVersion, expiresAt: tokenEndsAt } = claims;
  checkScope(spec, { role, scopes }, deps.metrics);
  return { id, role, sessionId, tokenVersion, tokenEndsAt, secondFactor: false };
}

function bearerToken(ctx: ApiContext, metrics: Deps['metrics']): string {
  const [header, ...more] = ctx.req.headersDistinct['authorization'] ?? [];
  // Two readers may pick different ones of two credentials, so neither counts.
  if (more.length > 0)
    throw authFailure(metrics, 'bad_header', permanent('ambiguous_credentials', 'Send one Authorization header.'));
  if (header === undefined)
    throw authFailure(
      metrics,
      'no_token',
      permanent('unauthenticated', 'Sign in first.', { headers: { 'WWW-Authenticate': 'Bearer' } }),
    );
  const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(header) ?? [];
  if (token === undefined)
    throw authFailure(
      metrics,
      'bad_header',
      unauthenticated('The Authorization header is not `Bearer` with an access token.'),
    );
  return token;
}

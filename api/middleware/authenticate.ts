import { unauthenticated, verifyAccessToken } from '../../shared/accounts/index.ts';
import type { Deps } from '../../shared/compose.ts';
import { permanent } from '../../shared/platform/errors.ts';
import { authFailure, checkScope } from '../auth-failure.ts';
import type { ApiContext, Middleware } from '../context.ts';
import type { RouteSpec } from '../route.ts';

/** Lets in who presents a valid access token, in the `Authorization` header and nowhere else. */
export const authenticate =
  (
    spec: Pick<RouteSpec, 'scope'>,
    { accountKeys, clock, metrics }: Pick<Deps, 'accountKeys' | 'clock' | 'metrics'>,
  ): Middleware =>
  async (ctx, next) => {
    const token = bearerToken(ctx, metrics);
    const verified = verifyAccessToken(token, accountKeys.accessToken, clock.now());
    const { userId, role, scopes, sessionId, tokenVersion } = await verified.catch((error: unknown) => {
      throw authFailure(metrics, 'bad_token', error);
    });
    checkScope(spec, { role, scopes }, metrics);
    ctx.state.user = { id: userId, role, sessionId, tokenVersion, secondFactor: false };
    return next();
  };

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

import { unauthenticated, verifyAccessToken } from '../../shared/accounts/index.ts';
import type { Deps } from '../../shared/compose.ts';
import { permanent } from '../../shared/platform/errors.ts';
import type { ApiContext, Middleware } from '../context.ts';

/** Lets in who presents a valid access token, in the `Authorization` header and nowhere else. */
export const authenticate =
  ({ accountKeys, clock, metrics }: Pick<Deps, 'accountKeys' | 'clock' | 'metrics'>): Middleware =>
  async (ctx, next) => {
    const token = bearerToken(ctx);
    if (token === undefined) {
      metrics.authFailuresTotal.inc({ reason: 'no_token' });
      throw permanent('unauthenticated', 'Sign in first.', { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
    }
    try {
      const {
        userId: id,
        role,
        sessionId,
        tokenVersion,
      } = await verifyAccessToken(token, accountKeys.accessToken, clock.now());
      ctx.state.user = { id, role, sessionId, tokenVersion };
    } catch (error) {
      metrics.authFailuresTotal.inc({ reason: 'bad_token' });
      throw error;
    }
    return next();
  };

function bearerToken(ctx: ApiContext): string | undefined {
  const [header, ...more] = ctx.req.headersDistinct['authorization'] ?? [];
  // Two readers may pick different ones of two credentials, so neither counts.
  if (more.length > 0) throw permanent('ambiguous_credentials', 'Send one Authorization header.', { status: 400 });
  if (header === undefined) return undefined;
  const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(header) ?? [];
  if (token === undefined) throw unauthenticated('The Authorization header is not `Bearer` with an access token.');
  return token;
}

import { createHmac, hkdfSync } from 'node:crypto';
import type { Config } from '../../../shared/platform/config/index.ts';
import type { ApiContext } from '../../context.ts';

export const COOKIE = 'amira_operator';
const MAX_AGE_SECONDS = 8 * 60 * 60;

/** A session as it was presented, by a browser or by a program. */
export type Presented = { token: string; by: 'cookie' | 'bearer' };

/** The token of the `Authorization` header or of the cookie; none where both are there: two readers may pick different ones. */
export function presentedToken(ctx: ApiContext): Presented | null {
  const [header, ...more] = ctx.req.headersDistinct['authorization'] ?? [];
  const cookie = ctx.cookies.get(COOKIE);
  if (more.length > 0 || (header !== undefined && cookie !== undefined)) return null;
  if (cookie !== undefined) return { token: cookie, by: 'cookie' };
  const [, token] = /^Bearer +([\w-]{1,128})$/i.exec(header ?? '') ?? [];
  return token === undefined ? null : { token, by: 'bearer' };
}

/** Sent with requests that begin on our own pages and no others; no script can read it. */
export const sessionCookie = (token: string, { tls }: Pick<Config, 'tls'>): string =>
  [
    `${COOKIE}=${token}`,
    'Path=/ops',
    `Max-Age=${token === '' ? 0 : MAX_AGE_SECONDS}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(tls ? ['Secure'] : []),
  ].join('; ');

/** Made from the session's token under a key of the server, so that nothing needs to be kept of it. */
export const csrfTokenOf = (token: string, { SECRET_KEY }: Pick<Config, 'SECRET_KEY'>): string =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', SECRET_KEY, '', 'amira/operators/csrf', 32)))
    .update(token)
    .digest('base64url');

import { constants } from 'node:zlib';
import compress from 'koa-compress';
import type { Middleware } from '../context.ts';

const ENCODINGS = ['br', 'gzip', 'identity'] as const;

/**
 * brotli or gzip, whichever the client prefers; below 1 KiB neither is worth its time. Who takes nothing we have
 * (`identity;q=0`) is answered as it is (RFC 9110, 12.5.3): koa-compress would fail once the work is done.
 */
export const compression = (): Middleware => {
  const compressed = compress({
    threshold: 1024,
    encodingPreference: [...ENCODINGS],
    br: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    gzip: {},
    deflate: false,
    zstd: false,
  });
  return (ctx, next) => {
    if (ctx.acceptsEncodings(...ENCODINGS) === false) ctx.compress = false;
    return compressed(ctx, next);
  };
};

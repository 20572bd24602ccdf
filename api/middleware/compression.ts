import { constants } from 'node:zlib';
import compress from 'koa-compress';

/** brotli or gzip, whichever the client prefers; below 1 KiB neither is worth its time. */
export const compression = () =>
  compress({
    threshold: 1024,
    encodingPreference: ['br', 'gzip', 'identity'],
    br: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    gzip: {},
    deflate: false,
    zstd: false,
  });

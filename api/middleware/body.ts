import type { IncomingMessage } from 'node:http';
import getRawBody from 'raw-body';
import { permanent } from '../../shared/platform/errors.ts';
import type { ApiContext, Middleware } from '../context.ts';
import type { RouteSpec } from '../route.ts';
import { isStorable, strictJson, UNSTORABLE } from '../strict-json.ts';

/** Largest bodies in bytes. */
const BODY_LIMITS = { normal: 64 * 1024, batch: 512 * 1024, import: 5 * 1024 * 1024 };

/** Reads the body in the one form the route takes. An empty body is `undefined`: the guard says whether that will do. */
export const body = ({ bodyType = 'application/json', bodyLimit = 'normal' }: RouteSpec): Middleware => {
  const limit = BODY_LIMITS[bodyLimit];
  return async (ctx, next) => {
    if (hasBody(ctx.req)) {
      checkMediaType(ctx, bodyType);
      const text = decoded(await read(ctx, limit), bodyType);
      ctx.state.rawBody = text === '' ? undefined : bodyType === 'text/csv' ? text : strictJson(text);
    }
    return next();
  };
};

type BodyType = NonNullable<RouteSpec['bodyType']>;

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Compressed bodies are refused as well: a small one may unpack to anything. */
function checkMediaType(ctx: ApiContext, wanted: string): void {
  const [type = '', ...parameters] = ctx.get('Content-Type').toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-8"?$/.test(charset);
  const isPlain = ['', 'identity'].includes(ctx.get('Content-Encoding').toLowerCase());
  if (type.trim() === wanted && isUtf8 && isPlain) return;
  // What was sent is not read to its end: the connection goes with it.
  throw permanent('unsupported_media_type', `Send ${wanted} in UTF-8, not compressed.`, {
    headers: { Accept: wanted, Connection: 'close' },
  });
}

async function read(ctx: ApiContext, limit: number): Promise<Buffer> {
  try {
    return await getRawBody(ctx.req, { limit, length: ctx.req.headers['content-length'] ?? null });
  } catch (error) {
    const { type } = error as { type?: unknown };
    if (type !== 'entity.too.large') throw permanent('bad_request', 'The body did not arrive whole.');
    throw permanent('body_too_large', `The body may have up to ${limit} bytes.`, {
      headers: { Connection: 'close' },
    });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decoded(bytes: Buffer, bodyType: BodyType): string {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw noText(bodyType, 'not_utf8', 'The body is not UTF-8.');
  }
  if (!isStorable(text)) throw noText(bodyType, 'unstorable', UNSTORABLE);
  return text;
}

/** Only who should have sent JSON is told that it is none. */
const noText = (bodyType: BodyType, code: string, message: string) =>
  bodyType === 'application/json'
    ? permanent('invalid_json', message)
    : permanent('invalid_body', message, { errors: [{ path: '', code, message }] });

import { readFile } from 'node:fs/promises';
import type Router from '@koa/router';
import { notFound } from '../../shared/platform/errors.ts';
import type { ApiState, Middleware } from '../context.ts';
import { etag } from '../middleware/etag.ts';
import { API_BASE } from '../mount.ts';
import { openApiDocument } from '../openapi/document.ts';
import type { Route } from '../route.ts';

/** Serves the OpenAPI document, and a page to read it and try requests from. Everything comes from this server. */
export function documentation(router: Router<ApiState>, routes: readonly Route[], limit: Middleware): void {
  // Made when first asked for: most processes never are.
  let document: unknown;
  router.get(`${API_BASE}/openapi.json`, limit, etag(), (ctx) => {
    document ??= openApiDocument(routes);
    ctx.body = document;
  });
  router.get('/docs', limit, page);
  router.get('/docs/:file', limit, asset);
}

/** The page needs scripts and styles of its own server, inline styles, and to call the API. Nothing else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page: Middleware = async (ctx) => {
  ctx.set('Content-Security-Policy', POLICY);
  ctx.type = 'html';
  ctx.body = PAGE;
};

const ASSETS = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
]);

const asset: Middleware = async (ctx) => {
  const file = ctx.path.slice('/docs/'.length);
  const type = ASSETS.get(file);
  if (file === 'start.js') ctx.body = START;
  else if (type) ctx.body = await readFile(new URL(import.meta.resolve(`swagger-ui-dist/${file}`)));
  else throw notFound('file');
  ctx.set('Cache-Control', 'public, max-age=3600');
  ctx.type = type ?? 'text/javascript; charset=utf-8';
};

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Amira API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="api"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({
  url: '${API_BASE}/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

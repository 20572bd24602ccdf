import { type ApiDescription, openApiDocument } from '../../openapi/document.ts';
import { OPS_API_BASE, type OpsRoute } from './route.ts';
import { COOKIE } from './session-token.ts';

/** The OpenAPI document of the operator's API, made from the very schemas its guard uses. */
export function opsDocument(routes: readonly OpsRoute[]) {
  const open = new Set(routes.filter(({ operator }) => operator === 'anyone').map(({ spec }) => spec));
  const api: ApiDescription = {
    base: OPS_API_BASE,
    title: 'Amira, for operators',
    description: DESCRIPTION,
    securitySchemes: {
      operatorToken: { type: 'http', scheme: 'bearer', description: 'The `token` of `POST /ops/api/session`.' },
      operatorCookie: {
        type: 'apiKey',
        in: 'cookie',
        name: COOKIE,
        description: 'Set by `POST /ops/api/session`. Whatever changes something then needs `X-CSRF-Token` too.',
      },
    },
    securityOf: (spec) => (open.has(spec) ? [] : [{ operatorToken: [] }, { operatorCookie: [] }]),
  };
  return openApiDocument(routes, api);
}

const DESCRIPTION = `What administrators do to the system, on the operator's listener only.

* The roles are viewer, support, operator and admin; each may do what those before it may.
* Without a session every address below \`/ops/api\` is 404, except for signing in.
* Every change takes a \`reason\` and is audited with what was before and after it.
* Nothing here gives away anything that people have written, said or felt.`;

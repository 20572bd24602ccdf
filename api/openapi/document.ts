import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiSecuritySchemeObject,
} from 'zod-openapi';
import projectPackage from '../../package.json' with { type: 'json' };
import { API_BASE } from '../mount.ts';
import type { Route, RouteSpec } from '../route.ts';
import { TAGS } from '../tags.ts';
import { operationParameters, sharedParametersOf } from './parameters.ts';
import { operationResponses } from './responses.ts';

/** What the document of one of our APIs says besides its routes. */
export type ApiDescription = {
  readonly base: string;
  readonly title: string;
  readonly description: string;
  readonly securitySchemes: Record<string, ZodOpenApiSecuritySchemeObject>;
  securityOf(spec: RouteSpec): Record<string, string[]>[];
};

/** The OpenAPI 3.1 document of `routes`, made from the very schemas their guard uses. */
export function openApiDocument(routes: readonly Pick<Route, 'spec'>[], api: ApiDescription = PUBLIC_API) {
  const specs = routes.map(({ spec }) => spec).toSorted((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: api.title,
      version: projectPackage.version,
      description: api.description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(specs.map(({ tag }) => tag))].sort().map((name) => ({ name, description: TAGS[name] })),
    paths: pathsOf(specs, api),
    components: {
      parameters: sharedParametersOf(specs),
      securitySchemes: api.securitySchemes,
    },
  });
}

const DESCRIPTION = `The backend of an app for emotional well-being: encrypted voice journals, check-ins, tools and progress.

* Instants are UTC in ISO 8601 with milliseconds; zones are IANA names; ids are UUIDv7.
* Every refusal is \`application/problem+json\` (RFC 9457); programs go by its \`code\`.
* Lists take \`limit\` and \`cursor\` and answer \`items\` and \`nextCursor\`, which is null on the last page.
* Every read has an \`ETag\`, honours \`If-None-Match\`, and takes \`fields\` to answer only some fields.
* Requests that create something take an \`Idempotency-Key\`: sent again within 24 hours, they answer as the first time.
* Work that takes time is answered 202 with the address of its job; \`Prefer: wait=10\` waits for it.
* Who asks too often is answered 429 with \`Retry-After\`; \`RateLimit\` and \`RateLimit-Policy\` tell what is left.
* \`X-Request-Id\` is echoed, or made; it finds the request in our logs.`;

const PUBLIC_API: ApiDescription = {
  base: API_BASE,
  title: 'Amira',
  description: DESCRIPTION,
  securitySchemes: {
    accessToken: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description:
        'The `accessToken` of `POST /v1/auth/login`; valid for 15 minutes. Its keys: `GET /.well-known/jwks.json`.',
    },
  },
  /** The scopes beyond one's own rows, which every token has. */
  securityOf: ({ who, scope = 'own' }) => (who === 'user' ? [{ accessToken: scope === 'own' ? [] : [scope] }] : []),
};

function pathsOf(specs: readonly RouteSpec[], api: ApiDescription): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const spec of specs) {
    const path = `${api.base}${spec.path}`;
    paths[path] = { ...paths[path], [spec.method.toLowerCase()]: operationOf(spec, api) };
  }
  return paths;
}

function operationOf(spec: RouteSpec, api: ApiDescription): ZodOpenApiOperationObject {
  const { summary, description, tag, body, bodyType = 'application/json', deprecated } = spec;
  return {
    operationId: operationId(spec),
    summary,
    tags: [tag],
    security: api.securityOf(spec),
    ...(description || deprecated ? { description: described(spec) } : {}),
    ...(deprecated ? { deprecated: true } : {}),
    ...operationParameters(spec),
    ...(body
      ? { requestBody: { required: !body.safeParse(undefined).success, content: { [bodyType]: { schema: body } } } }
      : {}),
    responses: operationResponses(spec),
  };
}

const described = ({ description, deprecated }: RouteSpec) =>
  [description, deprecated && `Deprecated since ${deprecated.since}; it goes on ${deprecated.sunset}.`]
    .filter((part) => part !== undefined)
    .join('\n\n');

/** `GET /emotions/{id}` → `getEmotionsById`. */
export const operationId = ({ method, path }: Pick<RouteSpec, 'method' | 'path'>): string =>
  method.toLowerCase() +
  path
    .replaceAll(/\{(\w+)\}/g, 'by-$1')
    .split(/[^\w]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

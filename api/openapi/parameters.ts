import type { ZodOpenApiOperationObject, ZodOpenApiParameterObject } from 'zod-openapi';
import { REAUTHENTICATION_HEADER } from '../reauthentication.ts';
import type { RouteSpec } from '../route.ts';

/** Parameters that the platform itself understands, whatever the route. */
const sharedParameters = {
  Fields: {
    in: 'query',
    name: 'fields',
    description:
      'Answer only these fields: comma-separated, dotted below the first level. For lists, those of the items.',
    schema: { type: 'string' },
  },
  IfNoneMatch: {
    in: 'header',
    name: 'If-None-Match',
    description: 'The `ETag` of an earlier answer; 304 if it is still the same.',
    schema: { type: 'string' },
  },
  IdempotencyKey: {
    in: 'header',
    name: 'Idempotency-Key',
    description: 'Any text of yours, new for each thing to create: the request may then be repeated for 24 hours.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  Reauthentication: {
    in: 'header',
    name: REAUTHENTICATION_HEADER,
    description: 'The `proof` of `POST /v1/auth/reauthenticate`, at most 5 minutes old and of this session.',
    required: true,
    schema: { type: 'string', maxLength: 4096 },
  },
  Prefer: {
    in: 'header',
    name: 'Prefer',
    description: '`wait=10` waits up to 10 seconds (which is the most) for the work to be done.',
    schema: { type: 'string' },
  },
} as const satisfies Record<string, ZodOpenApiParameterObject>;

type Named = keyof typeof sharedParameters;

/** Those of them that any of the routes takes. */
export function sharedParametersOf(specs: readonly RouteSpec[]): Record<string, ZodOpenApiParameterObject> {
  const taken = new Set<string>(specs.flatMap(sharedNames));
  return Object.fromEntries(Object.entries(sharedParameters).filter(([name]) => taken.has(name)));
}

function sharedNames({ method, response, idempotent, reauthentication, waits }: RouteSpec): Named[] {
  return [
    ...(method === 'GET' && response ? (['Fields', 'IfNoneMatch'] as const) : []),
    ...(idempotent ? (['IdempotencyKey'] as const) : []),
    ...(reauthentication ? (['Reauthentication'] as const) : []),
    ...(waits ? (['Prefer'] as const) : []),
  ];
}

/** The parameters of a route: its own, and the shared ones that apply to it. */
export function operationParameters(spec: RouteSpec): Pick<ZodOpenApiOperationObject, 'parameters' | 'requestParams'> {
  const { params, query, headers } = spec;
  const shared = sharedNames(spec);
  const own = {
    ...(params ? { path: params } : {}),
    ...(query ? { query } : {}),
    ...(headers ? { header: headers } : {}),
  };
  return {
    ...(Object.keys(own).length > 0 ? { requestParams: own } : {}),
    ...(shared.length > 0 ? { parameters: shared.map((name) => ({ $ref: `#/components/parameters/${name}` })) } : {}),
  };
}

import { openApiDocument } from '../../../api/openapi/document.ts';
import { routes } from '../../../api/routes/index.ts';

/** As much of JSON Schema as the document uses. */
export type JsonSchema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly pattern?: string;
  readonly format?: string;
};

export type Parameter = {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
};

/** A content as the document has it: media type → schema, with where the schema stands as a JSON pointer. */
export type Content = { readonly mediaType: string; readonly pointer: string };

export type DeclaredResponse = { readonly headers: readonly string[]; readonly contents: readonly Content[] };

export type Operation = {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly mediaType: string; readonly schema: JsonSchema; readonly required: boolean } | undefined;
  /** Whether it asks for an access token, and the scopes it asks for beyond everybody's own. */
  readonly signedIn: boolean;
  readonly scopes: readonly string[];
  readonly responses: ReadonlyMap<string, DeclaredResponse>;
};

type Raw = Record<string, unknown>;
type RawOperation = {
  parameters?: (Raw & { $ref?: string })[];
  requestBody?: { required?: boolean; content: Record<string, { schema: JsonSchema }> };
  security?: Record<string, string[]>[];
  responses: Record<string, { headers?: Record<string, { required?: boolean }>; content?: Raw }>;
};

/** The document exactly as `GET /v1/openapi.json` sends it. */
export const openApi: { paths: Record<string, Record<string, RawOperation>> } = JSON.parse(
  JSON.stringify(openApiDocument(routes)),
);

/** Every operation of the document. Tests are generated from these, so that a new route is covered when it is declared. */
export const operations: readonly Operation[] = Object.entries(openApi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, raw]) => operationOf(method, path, raw)),
);

/** `GET /v1/emotions/{id}`. */
export const nameOf = ({ method, path }: Pick<Operation, 'method' | 'path'>): string => `${method} ${path}`;

/** What a `$ref` of the document stands for; anything else stands for itself. */
export function resolved<Value extends { readonly $ref?: string }>(value: Value): Value {
  if (value.$ref === undefined) return value;
  const target = value.$ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Raw)[key.replaceAll('~1', '/').replaceAll('~0', '~')], openApi);
  return resolved(target as Value);
}

function operationOf(method: string, path: string, raw: RawOperation): Operation {
  const [security] = raw.security ?? [];
  const [content] = Object.entries(raw.requestBody?.content ?? {});
  return {
    method: method.toUpperCase(),
    path,
    parameters: (raw.parameters ?? []).map((parameter) => {
      const { in: place, name, required = false, schema = {} } = resolved(parameter) as unknown as Parameter;
      return { in: place, name, required, schema };
    }),
    body: content && {
      mediaType: content[0],
      schema: content[1].schema,
      required: raw.requestBody?.required ?? false,
    },
    signedIn: security !== undefined,
    scopes: Object.values(security ?? {}).flat(),
    responses: new Map(
      Object.entries(raw.responses).map(([status, response]) => [
        status,
        {
          headers: Object.entries(response.headers ?? {}).flatMap(([name, { required }]) => (required ? [name] : [])),
          contents: Object.keys(response.content ?? {}).map((mediaType) => ({
            mediaType,
            pointer: pointerTo('paths', path, method, 'responses', status, 'content', mediaType, 'schema'),
          })),
        },
      ]),
    ),
  };
}

function pointerTo(...keys: string[]): string {
  return keys.map((key) => `/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
}

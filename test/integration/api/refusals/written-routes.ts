import { openApiDocument } from '../../../../api/openapi/document.ts';
import { routes } from '../../../../api/routes/index.ts';
import type { ApiClient, Reply } from '../../../support/api/client.ts';
import type { Person } from '../../../support/api/person.ts';

type Schema = {
  $ref?: string;
  type?: string;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Schema[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  minItems?: number;
  minimum?: number;
  format?: string;
};
type Operation = { security?: readonly object[]; requestBody?: { content: Record<string, { schema: Schema }> } };
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };

/** A route that changes something, and a body it could be sent. Its path names an object that does not exist. */
export type WrittenRoute = { name: string; method: string; path: string; isPublic: boolean; body: unknown };

const document = openApiDocument(routes) as unknown as Document;
const NOBODY = '00000000-0000-7000-8000-000000000000';

/** Texts by what they are called; any other is a word that suits ids, names and keys alike. */
const TEXTS: Readonly<Record<string, string>> = {
  timeZone: 'Europe/Madrid',
  languagePreference: 'en',
  password: 'correct horse battery',
  newPassword: 'correct horse battery',
  checksum: `${'A'.repeat(43)}=`,
  iv: 'AAAAAAAAAAAAAAAA',
  encryptionKeySalt: 'c2FsdHNhbHQ=',
};

/** Every POST, PUT and PATCH of the OpenAPI document that takes JSON. */
export const writtenRoutes: readonly WrittenRoute[] = Object.entries(document.paths).flatMap(([path, operations]) =>
  ['post', 'put', 'patch'].flatMap((method) => {
    const operation = operations[method];
    if (!operation || isOfAnotherType(operation)) return [];
    const schema = operation.requestBody?.content['application/json']?.schema ?? {};
    const name = `${method.toUpperCase()} ${path}`;
    const isPublic = (operation.security ?? []).length === 0;
    const sent = path.replaceAll(/\{\w+\}/g, NOBODY);
    return [{ name, method: method.toUpperCase(), path: sent, isPublic, body: sampleOf(schema) ?? {} }];
  }),
);

function isOfAnotherType({ requestBody }: Operation): boolean {
  return requestBody !== undefined && !('application/json' in requestBody.content);
}

/** Sends a body to a route, signed in where it asks for that. */
export const sendTo = (
  { method, path, isPublic }: WrittenRoute,
  body: unknown,
  anyone: Pick<ApiClient, 'send'>,
  person: Person,
  headers: Record<string, string> = {},
): Promise<Reply> => (isPublic ? anyone : person).send(method, path, { body, headers });

/** A value of a schema: everything it declares, optional fields too. */
function sampleOf(given: Schema, name = ''): unknown {
  const schema = given.$ref ? (document.components.schemas[given.$ref.split('/').at(-1) ?? ''] ?? {}) : given;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf?.[0]) return sampleOf(schema.anyOf[0], name);
  if (schema.properties)
    return Object.fromEntries(Object.entries(schema.properties).map(([key, of]) => [key, sampleOf(of, key)]));
  if (schema.type === 'array') return [sampleOf(schema.items ?? {}, name)];
  if (schema.type === 'boolean') return false;
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1);
  return schema.type === 'string' ? textOf(schema, name) : undefined;
}

function textOf({ format }: Schema, name: string): string {
  if (/email/i.test(name)) return 'somebody@example.org';
  if (format === 'uuid') return NOBODY;
  if (format === 'date-time') return '2026-03-29T07:30:00Z';
  return TEXTS[name] ?? 'sample-word';
}

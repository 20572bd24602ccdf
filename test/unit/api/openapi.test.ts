import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { openApiDocument, operationId } from '../../../api/openapi/document.ts';
import { PageQuery, pageOf } from '../../../api/paging.ts';
import { defineRoute } from '../../../api/route.ts';
import { routes as allRoutes } from '../../../api/routes/index.ts';

const Note = z.object({ id: z.uuid(), text: z.string().max(4000) });
const common = { summary: 'x', tag: 'meta' } as const;

const document = openApiDocument([
  defineRoute(
    { ...common, method: 'GET', path: '/notes', who: 'user', query: PageQuery, response: pageOf(Note) },
    async () => ({}),
  ),
  defineRoute(
    {
      ...common,
      method: 'POST',
      path: '/notes',
      who: 'user',
      body: z.strictObject({ text: z.string() }),
      response: Note,
      status: 201,
      idempotent: true,
      problems: ['conflict'],
    },
    async () => ({}),
  ),
  defineRoute(
    {
      ...common,
      method: 'DELETE',
      path: '/notes/{id}',
      who: 'user',
      params: z.object({ id: z.uuid() }),
      deprecated: { since: '2026-01-01', sunset: '2026-04-01' },
    },
    async () => ({}),
  ),
  defineRoute(
    { ...common, method: 'POST', path: '/notes/sort', who: 'user', waits: true, response: Note },
    async () => ({}),
  ),
  defineRoute(
    {
      ...common,
      method: 'POST',
      path: '/import',
      who: 'anyone',
      body: z.string(),
      bodyType: 'text/csv',
      bodyLimit: 'import',
    },
    async () => ({}),
  ),
]);

const operation = (path: string, method: 'get' | 'post' | 'delete') => {
  const found = document.paths?.[path]?.[method];
  if (!found) throw new Error(`no ${method} ${path}`);
  return found;
};
const statuses = (path: string, method: 'get' | 'post' | 'delete') =>
  Object.keys(operation(path, method).responses ?? {});

describe('the OpenAPI document', () => {
  it('is of version 3.1 and names its operations uniquely', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operationId({ method: 'DELETE', path: '/notes/{id}' })).toBe('deleteNotesById');
  });

  it('asks for the token where the route does', () => {
    expect(operation('/v1/notes', 'get').security).toEqual([{ accessToken: [] }]);
    expect(operation('/v1/import', 'post').security).toEqual([]);
  });

  it('declares every status that a read can answer', () => {
    expect(statuses('/v1/notes', 'get')).toEqual(['200', '304', '400', '401', '421', '429', '500', '503', 'default']);
  });

  it('declares every status that a creation can answer', () => {
    expect(statuses('/v1/notes', 'post')).toEqual([
      ...['201', '400', '401', '408', '409', '413', '415', '421', '422', '429', '500', '503'],
      'default',
    ]);
  });

  it('declares both answers of work that can be waited for', () => {
    expect(statuses('/v1/notes/sort', 'post').slice(0, 2)).toEqual(['200', '202']);
  });

  it('says by their codes what the problems are', () => {
    const { 409: conflict } = operation('/v1/notes', 'post').responses ?? {};
    expect(conflict).toMatchObject({
      description: expect.stringMatching(/`request_in_progress`.*\n\n`conflict`/s),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    });
  });

  it('refuses unknown fields in bodies, as the guard does', () => {
    expect(operation('/v1/notes', 'post').requestBody).toMatchObject({
      required: true,
      content: { 'application/json': { schema: { additionalProperties: false } } },
    });
  });

  it('names the parameters of the platform', () => {
    const names = (path: string, method: 'get' | 'post') =>
      operation(path, method).parameters?.map((parameter) => ('$ref' in parameter ? parameter.$ref : parameter.name));
    expect(names('/v1/notes', 'get')).toEqual(
      expect.arrayContaining([
        'limit',
        'cursor',
        '#/components/parameters/Fields',
        '#/components/parameters/IfNoneMatch',
      ]),
    );
    expect(names('/v1/notes', 'post')).toEqual(['#/components/parameters/IdempotencyKey']);
  });

  it('marks what is deprecated', () => {
    expect(operation('/v1/notes/{id}', 'delete')).toMatchObject({ deprecated: true });
  });
});

describe('every route of ours', () => {
  it('takes no fields that it does not know', () => {
    const loose = allRoutes.filter(({ spec }) => spec.body && accepts(spec.body, { zzz: 1 }));
    expect(loose.map(({ spec }) => spec.path)).toEqual([]);
  });

  it('that creates something takes an Idempotency-Key', () => {
    const without = allRoutes.filter(({ spec }) => spec.status === 201 && !spec.idempotent);
    expect(without.map(({ spec }) => spec.path)).toEqual([]);
  });
});

/** Whether a body with an unknown field is told nothing about that field. */
function accepts(schema: z.ZodType, body: unknown): boolean {
  const { error } = schema.safeParse(body);
  return !error?.issues.some(({ code }) => code === 'unrecognized_keys' || code === 'invalid_type');
}

describe('a route', () => {
  it('whose path and parameters do not fit is not accepted', () => {
    expect(() =>
      defineRoute({ ...common, method: 'GET', path: '/notes/{id}', who: 'anyone' }, async () => ({})),
    ).toThrow(/params/);
  });
});

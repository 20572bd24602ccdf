import fc from 'fast-check';
import type { Operation, Parameter } from './operations.ts';
import { type KnownFields, someOf, validValues } from './valid-values.ts';

/** The parts of a request to an operation, before they are written down as HTTP. */
export type RequestParts = {
  readonly operation: Operation;
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
};

/** Requests that keep to the document. */
export function validRequests(operation: Operation, known: KnownFields, only?: 'required'): fc.Arbitrary<RequestParts> {
  const place = (where: Parameter['in']) => {
    const here = operation.parameters.filter((one) => one.in === where && (!only || one.required));
    const fields = here.map(({ name, schema }) => [name, sendable(where, validValues(schema, known, { name }))]);
    const requiredKeys = here.flatMap(({ name, required }) => (required ? [name] : []));
    return someOf(Object.fromEntries(fields), requiredKeys);
  };
  const { body } = operation;
  // What a body that is no JSON looks like is known by its media type.
  const bodies = body
    ? validValues(body.schema, known, { name: body.mediaType, ...(only ? { only } : {}) })
    : fc.constant(undefined);
  return fc.record({
    operation: fc.constant(operation),
    path: place('path'),
    query: place('query'),
    headers: place('header'),
    body: body && !body.required && !only ? fc.option(bodies, { nil: undefined, freq: 2 }) : bodies,
  });
}

/** A header takes no more than ASCII from every client, and no blanks around it. */
const sendable = (where: Parameter['in'], values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  where === 'header' ? values.map((value) => String(value).replaceAll(/[^\x21-\x7e]/g, '-')) : values;

/** The address of a request: the template filled in, and the query. */
export function addressOf({ operation, path, query }: Pick<RequestParts, 'operation' | 'path' | 'query'>): string {
  const filled = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(path[name])));
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
  return search === '' ? filled : `${filled}?${search}`;
}

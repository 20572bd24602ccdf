import { z } from 'zod';
import { permanent } from '../../shared/platform/errors.ts';
import type { Middleware } from '../context.ts';
import type { RouteSpec } from '../route.ts';

const MAX_FIELDS = 50;

/**
 * `?fields=a,b.c` on reads: the answer keeps only those fields. For a list the names are those of its items.
 * The names are checked against the declared answer before the handler runs: a field that is not there is 400.
 */
export const partialResponse = ({ method, response }: RouteSpec): Middleware => {
  if (method !== 'GET') return (_ctx, next) => next();
  const items = response && itemsOf(response);
  const schema = items ?? response;
  return async (ctx, next) => {
    const wanted = wantedFields(ctx.query['fields'], schema);
    await next();
    if (!wanted || ctx.status !== 200) return;
    ctx.body = items ? { ...record(ctx.body), items: pick(record(ctx.body)['items'], wanted) } : pick(ctx.body, wanted);
  };
};

type Tree = Map<string, Tree>;

function wantedFields(sent: string | string[] | undefined, schema: z.ZodType | undefined): Tree | undefined {
  if (sent === undefined) return undefined;
  const names = typeof sent === 'string' ? sent.split(',', MAX_FIELDS + 1) : [];
  if (names.length === 0 || names.length > MAX_FIELDS) throw unknownField('fields');
  const tree: Tree = new Map();
  for (const name of names) {
    const path = name.split('.');
    if (!schema || !declares(schema, path)) throw unknownField(name);
    addPath(tree, path);
  }
  return tree;
}

const unknownField = (name: string) =>
  permanent('unknown_field', 'The answer has no such field.', {
    errors: [
      { path: 'fields', code: 'unknown_field', message: `There is no field ${JSON.stringify(name.slice(0, 100))}.` },
    ],
  });

/** A path ends in the tree where everything below it is wanted. */
function addPath(tree: Tree, [head = '', ...rest]: string[]): void {
  const below = tree.get(head);
  if (below?.size === 0) return;
  if (rest.length === 0) {
    tree.set(head, new Map());
    return;
  }
  const branch = below ?? new Map();
  tree.set(head, branch);
  addPath(branch, rest);
}

function declares(schema: z.ZodType, [head = '', ...rest]: string[]): boolean {
  return objectsIn(schema).some((object) => {
    const field = Object.hasOwn(object.shape, head) ? object.shape[head] : undefined;
    return field instanceof z.ZodType && (rest.length === 0 || declares(field, rest));
  });
}

/** The objects a schema may stand for, looked for through what merely wraps them. */
function objectsIn(schema: unknown): z.ZodObject[] {
  if (schema instanceof z.ZodObject) return [schema];
  if (schema instanceof z.ZodArray) return objectsIn(schema.element);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(objectsIn);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodReadonly)
    return objectsIn(schema.unwrap());
  return [];
}

/** The schema of a list's items, if the answer is a list. */
function itemsOf(response: z.ZodType): z.ZodType | undefined {
  const items = response instanceof z.ZodObject && response.shape['items'];
  return items instanceof z.ZodArray && items.element instanceof z.ZodType ? items.element : undefined;
}

function pick(value: unknown, tree: Tree): unknown {
  if (tree.size === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => pick(item, tree));
  const source = record(value);
  const kept = [...tree].filter(([name]) => Object.hasOwn(source, name));
  return Object.fromEntries(kept.map(([name, branch]) => [name, pick(source[name], branch)]));
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

import { type JsonSchema, resolved } from '../support/openapi/operations.ts';

/** A place in a value, with the schema that holds there as far as it is known. */
export type Leaf = { readonly path: readonly (string | number)[]; readonly schema: JsonSchema };

/** What an earlier mutation has nested deeper than this is one place. */
const DEEPEST = 30;

/** Every place in a value, arrays and objects included; the value itself comes first. */
export function leavesOf(value: unknown, schema: JsonSchema, path: Leaf['path'] = []): Leaf[] {
  const own = resolved(schema);
  const here: Leaf = { path, schema: own };
  if (path.length > DEEPEST) return [here];
  if (Array.isArray(value))
    return [
      here,
      ...value.flatMap((item, at) => leavesOf(item, own.prefixItems?.[at] ?? own.items ?? {}, [...path, at])),
    ];
  if (typeof value !== 'object' || value === null) return [here];
  const inner = Object.entries(value).flatMap(([name, item]) => leavesOf(item, propertyOf(own, name), [...path, name]));
  return [here, ...inner];
}

const propertyOf = ({ properties, additionalProperties }: JsonSchema, name: string): JsonSchema =>
  properties?.[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : {});

/** The value with another one at a place; `undefined` leaves the place out. */
export function withAt(value: unknown, [head, ...rest]: Leaf['path'], other: unknown): unknown {
  if (head === undefined) return other;
  if (Array.isArray(value)) return value.map((item, at) => (at === head ? withAt(item, rest, other) : item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, name === head ? withAt(item, rest, other) : item]);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

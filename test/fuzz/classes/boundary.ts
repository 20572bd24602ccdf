import fc from 'fast-check';
import type { JsonSchema } from '../../support/openapi/operations.ts';
import type { RequestParts } from '../../support/openapi/requests.ts';
import { leavesOf, withAt } from '../leaves.ts';

/** Where the boundary lies, and on which side of it to be. */
export type Edge = { readonly leaf: number; readonly side: number };

export const edges: fc.Arbitrary<Edge> = fc.record({ leaf: fc.nat(200), side: fc.nat(200) });

/** The request with one of its values at, just inside or just outside what the schema allows. */
export function atEdge(parts: RequestParts, { leaf, side }: Edge): RequestParts {
  const { operation, query, body } = parts;
  const parameters = operation.parameters.filter((one) => one.in === 'query');
  const inBody = operation.body && body !== undefined ? leavesOf(body, operation.body.schema) : [];
  const chosen = leaf % Math.max(1, parameters.length + inBody.length);
  const parameter = parameters[chosen];
  if (parameter)
    return { ...parts, query: { ...query, [parameter.name]: pick(valuesAtEdges(parameter.schema), side) } };
  const place = inBody[chosen - parameters.length];
  if (!place) return parts;
  return {
    ...parts,
    body: withAt(body, place.path, pick(valuesAtEdges(place.schema, valueAt(body, place.path)), side)),
  };
}

const pick = (values: readonly unknown[], side: number): unknown => values[side % values.length];

const valueAt = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | undefined)?.[key], value);

function valuesAtEdges(schema: JsonSchema, present?: unknown): readonly unknown[] {
  if (Array.isArray(present)) return listsAtEdges(schema, present);
  if (typeof present === 'object' && present !== null) return [{}, null, [present], { ...present, extra: 1 }];
  if (schema.enum || schema.const !== undefined || schema.anyOf) return [...WORDS, ...NUMBERS, null];
  if (schema.type === 'integer' || schema.type === 'number') return [...numbersAtEdges(schema), ...NUMBERS];
  if (schema.type === 'boolean') return ['true', 0, 1, null];
  return [...textsAtEdges(schema), ...TIMES, ...WORDS];
}

const SAFE = Number.MAX_SAFE_INTEGER;
const NUMBERS = [0, -0, -1, 0.5, 2 ** 15, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 63, SAFE, -SAFE, 1e21, 5e-324, 1.7e308];
const WORDS = [
  '',
  ' ',
  '\t',
  'null',
  'undefined',
  'NaN',
  'Mars/X',
  'utc',
  '+05:30',
  'Etc/GMT+12',
  'EUROPE/MADRID',
  'en-',
  'xx-YY-zz',
];
const TIMES = [
  ...['0000-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z', '1969-12-31T23:59:59.999Z', '1999-12-31T23:59:59.999Z'],
  ...['2000-01-01T00:00:00.000Z', '2016-12-31T23:59:60Z', '2024-02-30T00:00:00Z', '9999-12-31T23:59:59.999Z'],
  ...[
    '2026-01-01T00:00:00+14:00',
    '0000-01-01T00:00:00+23:59',
    '9999-12-31T23:59:59-23:59',
    '2026-01-01T00:00:00-00:00',
  ],
  ...['2026-01-01T00:00:00.1234567890123Z', '2026-01-01T24:00:00Z', '2026-01-01', '+275760-09-13T00:00:00Z'],
  ...['9999-99-99', '0000-00-00', '2023-02-29', '9999-12-31', '0001-01-01', '24:00', '23:59', '-1:00'],
];

function numbersAtEdges({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): number[] {
  const around = [minimum, maximum, exclusiveMinimum, exclusiveMaximum].filter((edge) => edge !== undefined);
  return around.flatMap((edge) => [edge - 1, edge, edge + 1, edge + 0.5]);
}

function textsAtEdges({ minLength = 0, maxLength = 256 }: JsonSchema): string[] {
  const lengths = [minLength - 1, minLength, maxLength, maxLength + 1].filter((length) => length >= 0);
  // A letter, one of two bytes, one of two code units, and one that is drawn on top of the letter before.
  return lengths.flatMap((length) => ['a', 'é', '😀', '\u0301'].map((letter) => letter.repeat(length)));
}

function listsAtEdges({ minItems = 0, maxItems = 100 }: JsonSchema, present: readonly unknown[]): unknown[][] {
  const lengths = [minItems - 1, minItems, maxItems, maxItems + 1].filter((length) => length >= 0);
  const filled = lengths.map((length) =>
    Array.from({ length }, (_, at) => present[at % Math.max(1, present.length)] ?? null),
  );
  return [...filled, [null], [[]], [...present, ...present]];
}

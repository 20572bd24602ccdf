import fc from 'fast-check';
import { type JsonSchema, resolved } from './operations.ts';

export type KnownFields = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/**
 * Values inside a schema. A field with a name that is known takes its values from there.
 *
 * @param only 'required' leaves out whatever may be left out: the plainest value that is accepted
 */
export function validValues(
  schema: JsonSchema,
  known: KnownFields,
  { name = '', only }: { name?: string; only?: 'required' } = {},
): fc.Arbitrary<unknown> {
  if (Object.hasOwn(known, name)) return known[name] ?? fc.constant(null);
  const plain = resolved(schema);
  const below = (inner: JsonSchema, at = '') => validValues(inner, known, { name: at, ...(only ? { only } : {}) });
  if ('const' in plain) return fc.constant(plain.const);
  if (plain.enum) return fc.constantFrom(...plain.enum);
  const choices = plain.anyOf ?? plain.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => below(choice, name)));
  if (plain.allOf)
    return fc.tuple(...plain.allOf.map((part) => below(part))).map((parts) => Object.assign({}, ...parts));
  switch (Array.isArray(plain.type) ? plain.type[0] : plain.type) {
    case 'object':
      return objects(plain, below, only);
    case 'array':
      return arrays(plain, below);
    case 'string':
      return strings(plain);
    case 'integer':
      return fc.integer(integerBounds(plain));
    case 'number':
      return fc.double({ min: plain.minimum ?? 0.001, max: plain.maximum ?? 1e6, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

type Below = (schema: JsonSchema, name?: string) => fc.Arbitrary<unknown>;

function objects({ properties = {}, required = [] }: JsonSchema, below: Below, only?: 'required') {
  const taken = Object.entries(properties).filter(([name]) => !only || required.includes(name));
  return someOf(Object.fromEntries(taken.map(([name, schema]) => [name, below(schema, name)])), required);
}

/**
 * Objects with each of the fields that are not required now and then: with all of them at once, most requests would be
 * refused for something that only one of them said.
 */
export function someOf(fields: KnownFields, required: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(fields).map(([name, values]): [string, fc.Arbitrary<unknown>] => [
    name,
    required.includes(name)
      ? values
      : fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: values }),
  ]);
  return fc
    .record(Object.fromEntries(entries))
    .map((object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)));
}

function arrays({ items, prefixItems, minItems = 0, maxItems = 8 }: JsonSchema, below: Below) {
  if (prefixItems) return fc.tuple(...prefixItems.map((item) => below(item)));
  return fc.array(below(items ?? {}), { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, 4)) });
}

function integerBounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema) {
  const min = minimum ?? (exclusiveMinimum === undefined ? 0 : exclusiveMinimum + 1);
  const max = maximum ?? (exclusiveMaximum === undefined ? min + 100 : exclusiveMaximum - 1);
  return { min, max };
}

function strings({ format, pattern, minLength = 0, maxLength = 200 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid({ version: 7 });
  if (format === 'date') return dates().map((date) => date.toISOString().slice(0, 10));
  if (format === 'date-time') return dates().map((date) => date.toISOString());
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength;
  if (pattern) return matching(pattern)?.filter(fits) ?? anyText(minLength, maxLength);
  return anyText(minLength, maxLength);
}

const dates = () => fc.date({ min: new Date('2001-01-01'), max: new Date('2026-01-01'), noInvalidDate: true });

/** Texts in any script, and sometimes as long as they may be. */
const anyText = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      {
        weight: 5,
        arbitrary: fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 40) }),
      },
      { weight: 1, arbitrary: fc.constantFrom('a', 'ñ').map((letter) => letter.repeat(Math.min(maxLength, 4_000))) },
    )
    // A grapheme may have more than one code unit.
    .map((text) => text.slice(0, maxLength).toWellFormed());

/** `undefined` for what fast-check cannot turn into texts, such as `\P{Cc}`. */
function matching(pattern: string): fc.Arbitrary<string> | undefined {
  try {
    return fc.stringMatching(new RegExp(pattern), { size: '-1' });
  } catch {
    return undefined;
  }
}

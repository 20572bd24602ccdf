import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { strictJson } from '../../../api/strict-json.ts';

const forbidden = new Set(['__proto__', 'constructor', 'prototype']);
const key = fc.string({ unit: 'grapheme' }).filter((name) => !forbidden.has(name) && !name.includes('\0'));
const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    text,
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(key, tie('value'), { maxKeys: 6, noNullPrototype: true }),
  ),
}));

describe('strict JSON', () => {
  it('reads whatever means the same to every reader, however it is laid out', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2, '\t'), (given, indent) => {
        const json = JSON.stringify(given, null, indent);
        expect(strictJson(json)).toEqual(JSON.parse(json));
      }),
      { seed: 1 },
    );
  });

  it('refuses an object that names a key twice, wherever it is', () => {
    fc.assert(
      fc.property(key, value, value, (name, one, other) => {
        const [k, a, b] = [name, one, other].map((part) => JSON.stringify(part));
        expect(() => strictJson(`[{"x":{${k}:${a},${k}:${b}}}]`)).toThrow(/twice/);
      }),
      { seed: 1 },
    );
  });

  it('does not take a key for a text, nor a text for a key', () => {
    expect(strictJson('{"a":"a","b":["a","a"],"c":{"a":1}}')).toEqual({ a: 'a', b: ['a', 'a'], c: { a: 1 } });
    expect(strictJson('["__proto__","{\\"a\\":1,\\"a\\":2}"]')).toEqual(['__proto__', '{"a":1,"a":2}']);
  });

  it('counts levels by nesting, not by length', () => {
    const wide = JSON.stringify(Array.from({ length: 1000 }, () => [[]]));
    expect(strictJson(wide)).toHaveLength(1000);
    expect(() => strictJson(`${'{"a":'.repeat(21)}1${'}'.repeat(21)}`)).toThrow(/levels/);
    expect(strictJson(`${'['.repeat(20)}${']'.repeat(20)}`)).toBeDefined();
  });
});

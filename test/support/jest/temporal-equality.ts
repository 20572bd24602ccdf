import { expect } from '@jest/globals';

const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice('[object '.length, -1);

/** Temporal objects keep nothing in properties, so that Jest alone finds any two of them equal. */
expect.addEqualityTesters([
  function temporalEquality(left: unknown, right: unknown): boolean | undefined {
    const kind = kindOf(left);
    if (!kind.startsWith('Temporal.') && !kindOf(right).startsWith('Temporal.')) return undefined;
    return kind === kindOf(right) && String(left) === String(right);
  },
]);

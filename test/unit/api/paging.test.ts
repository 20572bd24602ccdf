import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { decodeCursor, encodeCursor, PageQuery, page } from '../../../api/paging.ts';

const Key = z.strictObject({ at: z.string(), id: z.int() });

describe('a cursor', () => {
  it('gives back the key it was made of', () => {
    fc.assert(
      fc.property(fc.string(), fc.maxSafeInteger(), (at, id) => {
        expect(decodeCursor(Key, encodeCursor({ at, id }))).toEqual({ at, id });
      }),
      { seed: 1 },
    );
  });

  it('with any character changed, added or left out is refused', () => {
    const cursor = encodeCursor({ at: '2026-03-29', id: 7 });
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom('', 'A', '_', '=', 'AA'), (at, put) => {
        const edited = cursor.slice(0, at) + put + cursor.slice(at + 1);
        if (edited !== cursor) expect(() => decodeCursor(Key, edited)).toThrow(/without a cursor/);
      }),
      { seed: 1 },
    );
  });

  it('of another list is refused', () => {
    expect(() => decodeCursor(Key, encodeCursor(['somewhere', 'else']))).toThrow(/without a cursor/);
  });
});

describe('a page', () => {
  const shape = { item: (row: number) => `item ${row}`, key: (row: number) => row };

  it('has a next one when there was a row more than wanted', () => {
    const { items, nextCursor } = page([1, 2, 3], 2, shape);
    expect(items).toEqual(['item 1', 'item 2']);
    expect(decodeCursor(z.int(), nextCursor ?? '')).toBe(2);
  });

  it('is the last one otherwise', () => {
    expect(page([1, 2], 2, shape).nextCursor).toBeNull();
    expect(page([], 2, shape)).toEqual({ items: [], nextCursor: null });
  });

  it.each(['0', '101', '1e9', '-1', '1.5', 'x', ''])('cannot have a limit of %j', (limit) => {
    expect(PageQuery.safeParse({ limit }).success).toBe(false);
  });
});

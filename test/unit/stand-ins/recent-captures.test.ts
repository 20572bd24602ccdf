import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { recentCaptures } from '../../support/stand-ins/recent-captures.ts';

describe('recent captures', () => {
  it('are the last ones added, newest first, never more than the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 20 }), (added, limit) => {
        const captures = recentCaptures<number>(limit);
        for (const each of added) captures.add(each);
        expect(captures.newestFirst()).toEqual(added.slice(-limit).reverse());
      }),
    );
  });

  it('can be filtered', () => {
    const captures = recentCaptures<number>();
    for (const each of [1, 2, 3, 4]) captures.add(each);
    expect(captures.newestFirst((each) => each % 2 === 0)).toEqual([4, 2]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { boundedText } from '../../../shared/platform/bounded-text.ts';

describe('a bounded text', () => {
  const Text = boundedText(3);

  it('counts characters as people do', () => {
    expect(Text.safeParse('🏡🏡🏡').success).toBe(true);
    expect(Text.safeParse('ñññ').success).toBe(true);
  });

  it('refuses one too many', () => {
    expect(Text.safeParse('🏡🏡🏡🏡').error?.issues).toMatchObject([{ code: 'too_big', maximum: 3 }]);
  });

  it('tells its length to the document', () => {
    expect(z.toJSONSchema(Text)).toMatchObject({ type: 'string', maxLength: 3 });
  });
});

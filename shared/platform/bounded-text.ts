import { z } from 'zod';

/** A text of at most `most` characters, counted in code points as JSON Schema does: an emoji is one, not two. */
export const boundedText = (most: number) =>
  z
    .string()
    .check(({ value, issues }) => {
      if (value.length > most && [...value].length > most)
        issues.push({
          code: 'too_big',
          origin: 'string',
          maximum: most,
          inclusive: true,
          message: `At most ${most} characters.`,
          input: value,
        });
    })
    .meta({ maxLength: most });

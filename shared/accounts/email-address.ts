import { z } from 'zod';

const MAX_LENGTH = 254;

/** One plain address. Control characters are refused before anything is trimmed: a mail's headers end at a line break. */
export const EmailAddress = z
  .string()
  .max(MAX_LENGTH)
  .regex(/^\P{Cc}*$/u, { error: 'Must not contain control characters.', abort: true })
  .trim()
  .pipe(z.email());

/** The form in which addresses are compared and are unique. */
export const normalizeEmail = (address: string): string => address.toLowerCase();

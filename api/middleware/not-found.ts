import { permanent } from '../../shared/platform/errors.ts';
import type { Middleware } from '../context.ts';

/** The last one: whatever nobody answered does not exist. */
export const notFoundHere = (): Middleware => () => {
  throw permanent('not_found', 'There is nothing at this address.');
};

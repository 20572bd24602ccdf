import { type AppError, permanent } from '../../../shared/platform/errors.ts';

/** Unknown, used, expired and replaced tokens are one answer. */
export const invalidToken = (): AppError =>
  permanent('invalid_token', 'The token is not valid, or no longer. Ask for a new mail.');

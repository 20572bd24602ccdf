import { isAppError } from '../../shared/platform/errors.ts';

/** How a call failed, in the words a worker acts on. */
export async function failure(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (!isAppError(error)) return error;
    return { class: error.class, code: error.code, retryAfterMs: error.retryAfterMs };
  }
  throw new Error('The call did not fail.');
}

/**
 * The one family of errors. `class` says what a worker does about it, `code` what an HTTP client is told.
 *
 * - `permanent`: trying again cannot help; a job becomes a dead letter.
 * - `transient`: trying again may help; a job is retried with jittered back-off.
 * - `throttled`: the other side asked for a pause; a job is parked for `retryAfterMs` and no attempt is spent.
 * - `poison`: the job itself is unreadable (unknown kind, broken payload); a dead letter at once.
 */
export type ErrorClass = 'permanent' | 'transient' | 'throttled' | 'poison';

/** One bad input: `path` is dotted from the body's root (`items.3.intensity`), `code` is machine-readable. */
export type FieldProblem = { path: string; code: string; message: string };

type Details = {
  errors?: FieldProblem[];
  retryAfterMs?: number;
  headers?: Record<string, string>;
  cause?: unknown;
};

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly class: ErrorClass;
  readonly errors: FieldProblem[] | undefined;
  readonly retryAfterMs: number | undefined;
  readonly headers: Record<string, string>;

  constructor(errorClass: ErrorClass, code: string, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.class = errorClass;
    this.code = code;
    this.errors = details.errors;
    this.retryAfterMs = details.retryAfterMs;
    this.headers = details.headers ?? {};
  }
}

export const permanent = (code: string, message: string, details?: Details) =>
  new AppError('permanent', code, message, details);
export const transient = (code: string, message: string, details?: Details) =>
  new AppError('transient', code, message, details);
export const throttled = (code: string, message: string, retryAfterMs: number, details?: Details) =>
  new AppError('throttled', code, message, { ...details, retryAfterMs });
export const poison = (code: string, message: string, details?: Details) =>
  new AppError('poison', code, message, details);

/** A foreign and a missing object are the same answer, so that nobody learns what exists. */
export const notFound = (what = 'object') => permanent('not_found', `No such ${what}.`);

/** By its name, not its class: a test runner that loads this file twice has two classes. */
export const isAppError = (error: unknown): error is AppError =>
  typeof error === 'object' && error !== null && (error as { name?: unknown }).name === 'AppError';

/** What is not ours is taken for transient: a bug or an outage, worth another try, never silently final. */
export const errorClassOf = (error: unknown): ErrorClass => (isAppError(error) ? error.class : 'transient');

/** A short code safe to store and to count by: never a message, which may quote personal data. */
export function errorCodeOf(error: unknown): string {
  if (isAppError(error)) return error.code;
  if (typeof error !== 'object' || error === null) return 'unknown';
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown';
}

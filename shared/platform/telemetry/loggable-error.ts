import { errorClassOf, errorCodeOf, isAppError } from '../errors.ts';

/** What a log line tells of an error. */
export type LoggableError = {
  name: string;
  code: string;
  class: string;
  message: string;
  stack?: string;
  cause?: LoggableError;
};

/**
 * Errors of drivers and parsers quote what they choked on, in `message` and in properties such as PostgreSQL's `detail`
 * ("Key (email)=(…) already exists"). So only named fields are taken over, and what a foreign message quotes is left out.
 */
export function loggableError(error: unknown, depth = 0): LoggableError {
  const { name, message, stack, cause } = error instanceof Object ? (error as Partial<Error>) : {};
  const text = typeof message === 'string' ? message : String(error);
  return {
    name: typeof name === 'string' ? name : typeof error,
    code: errorCodeOf(error),
    class: errorClassOf(error),
    message: (isAppError(error) ? text : withoutQuotations(text)).slice(0, 300),
    ...(typeof stack === 'string' ? { stack: framesOf(stack) } : {}),
    ...(cause !== undefined && depth < 3 ? { cause: loggableError(cause, depth + 1) } : {}),
  };
}

const withoutQuotations = (message: string): string =>
  message
    .replace(/"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”/g, '"…"')
    .replace(/\([^()]*\)=\([^()]*\)/g, '(…)')
    .replace(/\S+@\S+/g, '…');

/** The first line of a stack repeats the message. */
const framesOf = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim())
    .join('\n');

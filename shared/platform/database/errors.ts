import { isAppError, permanent, transient } from '../errors.ts';

/** SQLSTATE classes that say "not now": connection, resources, operator intervention, serialisation, lock time-out. */
const TRANSIENT_STATE = /^(08|53|57P|40|55P03)/;
const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);
const CONNECTION_MESSAGES =
  /connection terminated|query read timeout|not queryable|timeout exceeded when trying to connect|client was closed/i;

const UNIQUE_VIOLATION = '23505';

/** Whether a row was refused because another one has what it may have alone. */
export const isUniqueViolation = (error: unknown): boolean => sqlStateOf(error) === UNIQUE_VIOLATION;

/** What a trigger refuses on every way an account can change: demotion, lock, erasure. */
const LAST_ADMINISTRATOR = 'AM002';

/**
 * An outage of PostgreSQL becomes `database_unavailable`, a rule the schema itself keeps its refusal; what the statement
 * itself got wrong stays as it is.
 */
export function databaseError(error: unknown): unknown {
  if (isAppError(error)) return error;
  if (sqlStateOf(error) === LAST_ADMINISTRATOR)
    return permanent('last_administrator', 'The last administrator stays: make another one first.', { cause: error });
  return isOutage(error)
    ? transient('database_unavailable', 'The database cannot be reached just now.', {
        headers: { 'Retry-After': '2' },
        cause: error,
      })
    : error;
}

function isOutage(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && (CONNECTION_CODES.has(code) || TRANSIENT_STATE.test(code))) return true;
  return typeof message === 'string' && CONNECTION_MESSAGES.test(message);
}

/** The SQLSTATE of a statement's failure, for example `23505` for a broken unique constraint. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

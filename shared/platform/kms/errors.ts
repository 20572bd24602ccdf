import { type AppError, permanent, throttled, transient } from '../errors.ts';

const RETRY_AFTER = { 'Retry-After': '2' };

/** The keeper of the master key cannot be reached, or failed: trying again may help. */
export const masterKeyUnavailable = (cause?: unknown): AppError =>
  transient('master_key_unavailable', 'The master key cannot be used just now.', { headers: RETRY_AFTER, cause });

/** The keeper of the master key asked for a pause. */
export const masterKeyThrottled = (cause?: unknown): AppError =>
  throttled('master_key_unavailable', 'The keeper of the master key asked for a pause.', PAUSE_MS, { cause });
const PAUSE_MS = 2_000;

/** We do not have that master key, or may not use it: only somebody can mend that, with the configuration. */
export const masterKeyRefused = (keyId: string, why: string, cause?: unknown): AppError =>
  permanent('master_key_refused', `The master key ${keyId} ${why}.`, { headers: RETRY_AFTER, cause });

/** The wrapped key is not what the master key made of it, or it is somebody else's. */
export const dataKeyDamaged = (cause?: unknown): AppError =>
  permanent('data_key_damaged', 'A wrapped data key was changed, or is not of this user.', { cause });

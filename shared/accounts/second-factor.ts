import { createHash } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';

/** What an authenticator shows, or one of the recovery codes, however it was typed. Its form says nothing: one answer refuses it. */
export const SecondFactorCode = z.string().min(1).max(64);

/** RFC 6238 with the values every authenticator understands. */
const TOTP_VALUES = { algorithm: 'SHA1', digits: 6, period: 30 };
/** Steps a phone's clock may be off by, either way. */
const WINDOW = 1;
const ISSUER = 'Amira';

export const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
/** 80 bits: its plain SHA-256 can be kept, because nobody can try them all. */
const RECOVERY_BYTES = 10;
export const RECOVERY_RANDOM_BYTES = RECOVERY_CODES * RECOVERY_BYTES;

/** The secret as authenticators take it, in base32. */
export const secretText = (random: Uint8Array): string => new Secret({ buffer: exactBuffer(random) }).base32;

/** For a QR code. `account` is what the authenticator lists it under. */
export const enrolmentUri = (secret: string, account: string): string =>
  new TOTP({ ...TOTP_VALUES, issuer: ISSUER, label: account, secret: Secret.fromBase32(secret) }).toString();

/** The number of the 30 seconds that `code` is for; `null` when it is none of now, of just before or of just after. */
export function matchingStep(secret: string, code: string, now: Temporal.Instant): number | null {
  const token = code.replaceAll(/[\s-]/g, '');
  if (!/^\d{6}$/.test(token)) return null;
  const timestamp = now.epochMilliseconds;
  const delta = TOTP.validate({ ...TOTP_VALUES, token, secret: Secret.fromBase32(secret), timestamp, window: WINDOW });
  return delta === null ? null : TOTP.counter({ period: TOTP_VALUES.period, timestamp }) + delta;
}

/** Ten codes, each to be used once in place of a lost phone: `abcd-efgh-ijkl-mnop`. */
export const recoveryCodes = (random: Uint8Array): string[] =>
  Array.from({ length: RECOVERY_CODES }, (_, index) => {
    const bytes = random.subarray(index * RECOVERY_BYTES, (index + 1) * RECOVERY_BYTES);
    const text = new Secret({ buffer: exactBuffer(bytes) }).base32.toLowerCase();
    return (text.match(/.{4}/g) ?? []).join('-');
  });

/** What is kept of a recovery code, whatever its case and however it is grouped. */
export const recoveryHash = (code: string): Buffer =>
  createHash('sha256').update(code.toLowerCase().replaceAll(/[\s-]/g, '')).digest();

/** A view of a larger buffer would hand its neighbours' bytes over too. */
const exactBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

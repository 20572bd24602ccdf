import { Secret, TOTP } from 'otpauth';

/** What an authenticator shows for a secret, `steps` of 30 seconds from `now`. */
export const codeOf = (secret: string, now: Temporal.Instant, steps = 0): string =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: now.epochMilliseconds + steps * 30_000 });

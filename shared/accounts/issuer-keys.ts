import { createRemoteJWKSet, customFetch, errors, type FetchImplementation, type JWTVerifyGetKey } from 'jose';
import { transient } from '../platform/errors.ts';

export type IssuerKeysOptions = {
  /** The issuer's JSON Web Key Set; nothing else is ever fetched, whatever a token says. */
  url: URL;
  /** Monotonic milliseconds. */
  elapsed: () => number;
  /** Milliseconds after an answer within which an unknown key is not asked for again: a flood of made-up ids costs one look. */
  cooldownMs?: number;
  /** For tests. */
  fetch?: FetchImplementation;
};

/** From this age on the set is fetched again beside the requests, which go on with what is there. */
const REFRESHED_AFTER_MS = 10 * 60_000;
/** For so long keys count that the issuer has not confirmed: an outage of theirs is none of ours, a withdrawn key is no use for ever. */
const TRUSTED_FOR_MS = 24 * 3_600_000;
const TIMEOUT_MS = 3_000;
/** An issuer that failed is left alone for a while, and nobody waits for its next time-out. */
const RETRY_AFTER_MS = 5_000;

/**
 * The keys of an external issuer, held and looked up by the `kid` and `alg` of a token. Throws what jose throws for a key
 * that is not in the set, and `unavailable` (503) while the set cannot be fetched.
 */
export function issuerKeys({ url, elapsed, cooldownMs = 30_000, fetch = globalThis.fetch }: IssuerKeysOptions) {
  let answeredAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;

  const gatedFetch: FetchImplementation = async (...request) => {
    if (elapsed() - failedAt < RETRY_AFTER_MS) throw new Error('the issuer failed just now');
    try {
      const response = await fetch(...request);
      if (response.status !== 200) throw new Error(`the issuer answered ${response.status}`);
      // Read here, so that an answer that breaks off is a failure like any other.
      const body = await response.text();
      answeredAt = elapsed();
      return new Response(body, { status: 200 });
    } catch (error) {
      failedAt = elapsed();
      throw error;
    }
  };

  const held = createRemoteJWKSet(url, {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: cooldownMs,
    // Its own rule would make requests wait for an issuer that is down although their keys are known.
    cacheMaxAge: Number.POSITIVE_INFINITY,
    [customFetch]: gatedFetch,
  });

  const keyOf: JWTVerifyGetKey = async (header, token) => {
    const age = elapsed() - answeredAt;
    try {
      if (age > TRUSTED_FOR_MS) await held.reload();
      // Its failure shows when keys are needed that are not there.
      else if (age > REFRESHED_AFTER_MS) held.reload().catch(() => {});
      return await held(header, token);
    } catch (error) {
      throw isAboutTheToken(error) ? error : unavailable(error);
    }
  };
  return keyOf;
}

const isAboutTheToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

const unavailable = (cause: unknown) =>
  transient('unavailable', 'The issuer of this token does not answer.', { retryAfterMs: RETRY_AFTER_MS, cause });

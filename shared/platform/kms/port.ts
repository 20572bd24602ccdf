/** A data key as it may be stored: encrypted under a master key that never leaves its keeper. */
export type WrappedKey = {
  /** The master key it is wrapped with. */
  readonly keyId: string;
  readonly wrapped: Buffer;
};

/**
 * The master key that wraps the keys people's texts are sealed with.
 *
 * `context` says whose data key it is and is bound into the wrapping: unwrapped with another, it fails. Every failure is
 * one of `errors.ts`; none quotes key material.
 */
export type KeyWrapping = {
  /** What `wrap` wraps with. Keys wrapped under an earlier one can still be unwrapped until they have been wrapped anew. */
  readonly currentKeyId: string;
  wrap(dataKey: Buffer, context: string, signal?: AbortSignal): Promise<WrappedKey>;
  unwrap(key: WrappedKey, context: string, signal?: AbortSignal): Promise<Buffer>;
};

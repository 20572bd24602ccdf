import { LOCAL_PREFIX } from './local.ts';
import type { KeyWrapping } from './port.ts';

/** Wraps with `kms`, and still unwraps what `local` wrapped before there was a key management service. */
export const movedToKms = (kms: KeyWrapping, local: KeyWrapping): KeyWrapping => ({
  currentKeyId: kms.currentKeyId,
  wrap: kms.wrap,
  unwrap: (key, ...rest) => (key.keyId.startsWith(LOCAL_PREFIX) ? local : kms).unwrap(key, ...rest),
});

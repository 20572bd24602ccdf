import fc from 'fast-check';
import { knownFields } from '../../../support/openapi/known-fields.ts';
import type { Operation } from '../../../support/openapi/operations.ts';
import { type RequestParts, validRequests } from '../../../support/openapi/requests.ts';

/** When the API under test believes it is. */
export const NOW = '2026-11-21T10:00:00Z';
const known = knownFields(Temporal.Instant.from(NOW));
let seed = 0;

/** The plainest request that an operation accepts. Addresses, keys and the like are new each time. */
export function sampleOf(operation: Operation): RequestParts {
  seed += 1;
  const [sample] = fc.sample(validRequests(operation, known, 'required'), { numRuns: 1, seed });
  if (!sample) throw new Error('fast-check gives as many samples as it is asked for');
  return sample;
}

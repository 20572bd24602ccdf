import fc from 'fast-check';
import type { Operation } from '../../support/openapi/operations.ts';
import type { RequestParts } from '../../support/openapi/requests.ts';
import { validRequests } from '../../support/openapi/requests.ts';
import type { KnownFields } from '../../support/openapi/valid-values.ts';

/** One request of a story: who sends it, with whose token, about whose object. */
export type Step = {
  readonly actor: number;
  readonly parts: RequestParts;
  readonly token: 'own' | 'other’s' | 'ended' | 'none';
  readonly names: 'own' | 'other’s' | 'any';
  readonly pick: number;
  /** Whether fields with the name of something the actor knows (password, refresh token …) say that. */
  readonly truthful: boolean;
};

export const ACTORS = 2;

/** Stories of up to 40 requests over all operations. Some are told more often than others: what others depend on. */
export const stories = (operations: readonly Operation[], known: KnownFields): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.record({
      actor: fc.nat(ACTORS - 1),
      parts: fc.oneof(
        ...operations.map((operation) => ({ weight: weightOf(operation), arbitrary: validRequests(operation, known) })),
      ),
      token: oftenFirst('own', 'other’s', 'ended', 'none'),
      names: oftenFirst('own', 'other’s', 'any'),
      pick: fc.nat(20),
      truthful: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    }),
    { minLength: 1, maxLength: 40, size: 'max' },
  );

/** Making and reading make a story; signing out or deleting the account ends most of it. */
const weightOf = ({ method, path }: Operation): number => {
  if (path === '/v1/auth/login' || path === '/v1/auth/refresh') return 4;
  if (path === '/v1/auth/register' || path === '/v1/me/password') return 1;
  return method === 'DELETE' && path === '/v1/me' ? 1 : 3;
};

const oftenFirst = <const Word extends string>(first: Word, ...others: readonly Word[]) =>
  fc.oneof(
    { weight: 3 * others.length, arbitrary: fc.constant(first) },
    ...others.map((word) => ({ weight: 1, arbitrary: fc.constant(word) })),
  );

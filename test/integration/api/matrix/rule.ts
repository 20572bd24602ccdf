import { type Scope, scopesOf } from '../../../../shared/accounts/index.ts';
import type { Operation } from '../../../support/openapi/operations.ts';
import { objectKindsOf } from './objects.ts';
import type { Who } from './whos.ts';

export type Owner = 'nobody’s' | 'own' | 'another’s' | 'missing';
export type Answered = { status: number; code: unknown };

/** What a cell may be answered, in words. `fits` decides; the answer's form is held against the document elsewhere. */
export type Expected = { readonly words: string; fits(answer: Answered): boolean };

/** Whose object a request may name: without a parameter there is only one column. */
export const ownersOf = ({ path }: Operation): readonly Owner[] =>
  path.includes('{') ? ['own', 'another’s', 'missing'] : ['nobody’s'];

export function expected(operation: Operation, who: Who, owner: Owner): Expected {
  if (!operation.signedIn) return ANY_OF_ITS_OWN;
  const lacks = operation.scopes.some((scope) => !scopesOf(who.role, who.secondFactor).includes(scope as Scope));
  if (who.access === 'none') return refused(401, 'unauthenticated');
  // Whose token says already that its scopes do not do is refused for that, whatever became of the session.
  if (lacks) return who.access === 'live' ? refused(403, 'forbidden') : EITHER_REFUSAL;
  if (who.access !== 'live') return refused(401, 'unauthenticated');
  if (owner === 'nobody’s') return LET_IN;
  if (owner === 'own' || makesIt(operation)) return FOUND;
  return asksForProof(operation) ? UNPROVED : refused(404, 'not_found');
}

/** Nobody here has the proof: they are refused before anything is looked for, whosever it is. */
const asksForProof = ({ parameters }: Operation): boolean =>
  parameters.some(({ name }) => name === 'X-Reauthentication');

const makesIt = ({ method, path }: Operation): boolean =>
  method === 'PUT' && [...objectKindsOf(path).values()].every((kind) => kind?.namedByOwner);

const refused = (status: number, code: string): Expected => ({
  words: `${status} ${code}`,
  fits: (answer) => answer.status === status && answer.code === code,
});

const UNPROVED = refused(403, 'reauthentication_required');
const EITHER_REFUSAL: Expected = {
  words: '401 or 403',
  fits: ({ status }) => status === 401 || status === 403,
};
const ANY_OF_ITS_OWN: Expected = { words: 'a declared answer below 500', fits: ({ status }) => status < 500 };
const LET_IN: Expected = {
  words: 'a success, or a refusal for another reason than who asks',
  fits: ({ status, code }) => status < 500 && code !== 'unauthenticated' && code !== 'forbidden',
};
const FOUND: Expected = {
  words: 'a success, or a refusal for another reason than who asks or that it is missing',
  fits: (answer) => LET_IN.fits(answer) && answer.code !== 'not_found',
};

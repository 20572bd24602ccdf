import { operations } from '../../support/openapi/operations.ts';
import { type Actor, learn, newActor, signIn } from '../actor.ts';
import { Broken, type Shots } from '../shots.ts';
import type { Target } from '../target.ts';
import type { Exchange, WireRequest } from '../wire.ts';
import { written } from '../written.ts';
import { ACTORS, type Step } from './steps.ts';
import { truthfulBody } from './truthful.ts';

/** Lives a story with people of its own, and throws `Broken` with everything sent when something does not hold. */
export async function live(steps: readonly Step[], target: Target, shots: Shots): Promise<void> {
  const sent: WireRequest[] = [];
  const send = async (request: WireRequest): Promise<Exchange> => {
    sent.push(request);
    return shots.send(request).catch((error: unknown) => {
      throw error instanceof Broken ? new Broken(error.message, sent) : error;
    });
  };
  const answerTo = async (request: WireRequest) => (await send(request)).answer;
  const cast = await Promise.all(Array.from({ length: ACTORS }, (_, at) => newActor(`actor-${at}`, target, answerTo)));
  const known: Known = { owners: new Map(), gone: new Set() };

  for (const step of steps) {
    const actor = cast[step.actor];
    const other = cast[(step.actor + 1) % ACTORS];
    if (!actor || !other) continue;
    // Where no token counts, it is the body that says who asks.
    const asker = step.token === 'other’s' && step.parts.operation.signedIn ? other : actor;
    const request = requestOf(step, actor, other, asker, target);
    if (!request) continue;
    const { answer } = await send(request);
    if (!answer) continue;
    const problem = surprise(step, request, asker, known, answer);
    if (problem) throw new Broken(`${answer.status}: ${problem}`, sent);
    await takeNote({ step, request, actor: asker, known, answer, answerTo, sent });
    if (answer.status === 401 && step.token === 'own') await signIn(actor, answerTo);
  }
}

/** What a story has brought about: objects that the API gave to somebody, by name, and addresses that were deleted. */
type Known = { readonly owners: Map<string, Actor>; readonly gone: Set<string> };

function requestOf(step: Step, actor: Actor, other: Actor, asker: Actor, target: Target): WireRequest | null {
  const { parts, names, pick, token } = step;
  if (token === 'ended' && actor.endedToken === undefined) return null;
  const body = step.truthful ? truthfulBody(parts.body, actor, target) : parts.body;
  const bearer = { own: actor.accessToken, 'other’s': asker.accessToken, ended: actor.endedToken ?? '', none: null }[
    token
  ];
  const whose = { own: actor, 'other’s': other, any: undefined }[names];
  return written({ ...parts, body }, actor, { token: bearer, names: whose, pick });
}

type Told = { status: number; headers: Readonly<Record<string, string | undefined>>; text: string };

/** What no story may have: somebody let in who must not be, or shown what is another's. */
function surprise(
  { parts: { operation }, token }: Step,
  { target, body }: WireRequest,
  asker: Actor,
  { owners, gone }: Known,
  { status, text }: Told,
): string | null {
  if (operation.signedIn && token === 'none')
    return status === 401 ? null : 'somebody who is not signed in was not told so';
  // What is badly asked is refused before the session is looked up.
  if (operation.signedIn && token === 'ended')
    return [400, 401, 413, 415].includes(status) ? null : 'somebody whose session has ended was not told so';
  if (status >= 300 || !operation.signedIn) return null;
  if (operation.method === 'GET' && gone.has(`${asker.name} ${pathOf(target)}`))
    return 'what was deleted could be read';
  const asked = decodeURIComponent(target) + (body?.toString() ?? '');
  const foreign = [...owners].find(([name, owner]) => owner !== asker && target.includes(name));
  if (foreign && operation.method !== 'PUT') return `somebody was let at another's object ${foreign[0]}`;
  const shown = [...owners].find(([name, owner]) => owner !== asker && !asked.includes(name) && text.includes(name));
  return shown ? `somebody was shown the name of another's object ${shown[0]}` : null;
}

type Note = {
  step: Step;
  request: WireRequest;
  actor: Actor;
  known: Known;
  answer: Told;
  answerTo: (request: WireRequest) => Promise<Told | null>;
  sent: readonly WireRequest[];
};

async function takeNote({ step, request, actor, known, answer, answerTo, sent }: Note): Promise<void> {
  if (answer.status >= 300) return;
  const { operation } = step.parts;
  const path = pathOf(request.target);
  learn(actor, answer, path);
  if (operation.method === 'DELETE' && operation.path.endsWith('}')) known.gone.add(`${actor.name} ${path}`);
  else if (operation.method !== 'GET') known.gone.delete(`${actor.name} ${path.replace(/\/restore$/, '')}`);
  if (operation.path === '/v1/auth/logout') {
    actor.endedToken = actor.accessToken;
    await signIn(actor, answerTo);
  }
  learnPasswords(actor, operation.path, request);
  const location = answer.headers['location'];
  if (answer.status !== 201 || !location) return;
  known.owners.set(location.split('/').at(-1) ?? location, actor);
  const isReadable = operations.some(
    ({ method, path: at }) => method === 'GET' && at.startsWith(`${operation.path}/{`),
  );
  if (!isReadable) return;
  const token = bearerOf(request);
  const read = await answerTo({ method: 'GET', target: location, headers: [['Authorization', token]] });
  if (read?.status !== 200)
    throw new Broken(`what was created at ${location} was answered ${read?.status} when read`, sent);
}

const pathOf = (target: string): string => target.split('?')[0] ?? '';

const bearerOf = ({ headers }: WireRequest): string => headers.find(([name]) => name === 'Authorization')?.[1] ?? '';

/** Whoever has changed their password signs in with the new one from now on. */
function learnPasswords(actor: Actor, path: string, { body }: WireRequest): void {
  if (path !== '/v1/me/password' && path !== '/v1/auth/reset-password-confirm') return;
  const { newPassword, password } = JSON.parse(body?.toString() ?? '{}');
  actor.password = newPassword ?? password ?? actor.password;
}

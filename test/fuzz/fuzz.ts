import fc from 'fast-check';
import { knownFields } from '../support/openapi/known-fields.ts';
import type { Operation } from '../support/openapi/operations.ts';
import { type RequestParts, validRequests } from '../support/openapi/requests.ts';
import { type Actor, learn, newActor, signIn } from './actor.ts';
import { atEdge, edges } from './classes/boundary.ts';
import { breached, breaches } from './classes/broken-http.ts';
import { mutated, mutations } from './classes/mutated.ts';
import { stories } from './classes/steps.ts';
import { live } from './classes/story.ts';
import { Broken, type Shots, shotsAt, type Tally } from './shots.ts';
import type { Target } from './target.ts';
import type { WireRequest } from './wire.ts';
import { written } from './written.ts';

export const CLASSES = ['valid', 'boundary', 'mutated', 'broken HTTP', 'stateful'] as const;
export type ClassName = (typeof CLASSES)[number];

export type Finding = {
  readonly class: ClassName;
  readonly route: string;
  readonly problem: string;
  readonly requests: readonly WireRequest[];
};

export type Outcome = { readonly tallies: ReadonlyMap<ClassName, Tally>; readonly findings: readonly Finding[] };

export type FuzzOptions = {
  readonly operations: readonly Operation[];
  readonly requests: number;
  readonly seed: number;
  readonly onRequest?: () => void;
  /** More than the two seconds that are promised, for a machine that does much else beside. */
  readonly slowMs?: number;
};

const SLOW_MS = 2_000;

const SHARES: Readonly<Record<ClassName, number>> = {
  valid: 0.15,
  boundary: 0.2,
  mutated: 0.35,
  'broken HTTP': 0.1,
  stateful: 0.2,
};

/** Fires at every operation with every class of requests. Classes go on side by side, each in order. */
export async function fuzz(target: Target, options: FuzzOptions): Promise<Outcome> {
  const { operations, requests, seed, onRequest = () => {}, slowMs = SLOW_MS } = options;
  const known = knownFields(Temporal.Now.instant());
  const tallies = new Map<ClassName, Tally>();
  const findings: Finding[] = [];
  const single = (name: ClassName, make: (operation: Operation) => fc.Arbitrary<Shot>) => async () => {
    const shots = shotsAt(target.wire, onRequest, slowMs);
    tallies.set(name, shots.tally);
    const shooter = await newShooter(name, target, shots);
    const runs = Math.max(1, Math.round((requests * SHARES[name]) / operations.length));
    for (const operation of operations) {
      const property = fc.asyncProperty(make(operation), (shot) => shooter.shoot(operation, shot));
      const found = await failure(property, { numRuns: runs, seed });
      if (found) findings.push({ class: name, route: `${operation.method} ${operation.path}`, ...found });
    }
  };
  const stateful = async () => {
    const shots = shotsAt(target.wire, onRequest, slowMs);
    tallies.set('stateful', shots.tally);
    const property = fc.asyncProperty(stories(operations, known), (steps) => live(steps, target, shots));
    let broken = 0;
    for (let round = 0; shots.tally.requests < requests * SHARES.stateful && broken < ENOUGH; round += 1) {
      const found = await failure(property, { numRuns: 5, seed: seed + round });
      if (!found) continue;
      findings.push({ class: 'stateful', route: `seed ${seed + round}`, ...found });
      broken += 1;
    }
  };
  const valid = (operation: Operation) => validRequests(operation, known);
  // Each to its end, even if another fails: whoever called stops the system next.
  const runs = await Promise.allSettled(
    [
      single('valid', (operation) =>
        valid(operation).map((parts) => (actor) => written(parts, actor, { names: actor })),
      ),
      single('boundary', (operation) => fc.tuple(valid(operation), edges).map(([parts, edge]) => onEdge(parts, edge))),
      single('mutated', (operation) =>
        fc.tuple(valid(operation), mutations).map(
          ([parts, changes]) =>
            (actor) =>
              mutated(written(parts, actor, { names: actor }), changes),
        ),
      ),
      single('broken HTTP', (operation) => breaches.map((breach) => (actor) => breached(operation, breach, actor))),
      stateful,
    ].map((run) => run()),
  );
  for (const run of runs) if (run.status === 'rejected') throw run.reason;
  return { tallies, findings };
}

type Shot = (actor: Actor) => WireRequest;

const onEdge =
  (parts: RequestParts, edge: Parameters<typeof atEdge>[1]): Shot =>
  (actor) =>
    written(atEdge(parts, edge), actor, { names: actor });

/** Somebody who stays signed in whatever their own requests do to their account. */
async function newShooter(name: string, target: Target, shots: Shots) {
  const answerTo = async (request: WireRequest) => (await shots.send(request)).answer;
  const sign = () => newActor(name.replaceAll(/\W/g, '-'), target, answerTo);
  let actor = await sign();
  const isOut = async () => {
    const headers = [['Authorization', `Bearer ${actor.accessToken}`] as const];
    return (await answerTo({ method: 'GET', target: '/v1/me', headers }))?.status === 401;
  };
  return {
    async shoot(operation: Operation, shot: Shot): Promise<void> {
      const request = shot(actor);
      const { answer } = await shots.send(request);
      if (!answer) return;
      learn(actor, answer, request.target.split('?')[0]);
      // Whether it was their own doing or the token was no good to begin with, reading the account tells.
      const mayBeOut = answer.status === 401 || (answer.status === 204 && operation.path.startsWith('/v1/auth/'));
      if (mayBeOut && (await isOut()) && !(await signIn(actor, answerTo))) actor = await sign();
    },
  };
}

/** Stories that break mostly break over the same thing. */
const ENOUGH = 3;

/** For all runs of one property, and for making what failed smaller. */
const LONGEST_MS = 120_000;

type Found = Pick<Finding, 'problem' | 'requests'>;

/** The smallest requests for which a property does not hold; `null` where it holds. */
async function failure<Value>(
  property: fc.IAsyncProperty<Value>,
  parameters: { numRuns: number; seed: number },
): Promise<Found | null> {
  const details = await fc.check(property, { ...parameters, interruptAfterTimeLimit: LONGEST_MS });
  if (!details.failed || !('errorInstance' in details)) return null;
  const error = details.errorInstance;
  if (error instanceof Broken) return { problem: error.message, requests: error.requests };
  throw error;
}

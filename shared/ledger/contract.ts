import type { z } from 'zod';
import type { Duration } from '../platform/duration.ts';
import type { UserId } from '../platform/ids.ts';
import type { Purpose } from '../platform/purpose.ts';

/** One queue and its handlers. */
export const POOLS = ['audio', 'trends', 'streaks', 'achievements', 'push', 'mail', 'housekeeping'] as const;
export type PoolName = (typeof POOLS)[number];

/** Which work of a pool goes first. Stored as its position, so that PostgreSQL sorts by it. */
export const LANES = ['high', 'normal', 'low'] as const;
export type Lane = (typeof LANES)[number];
export const laneNumber = (lane: Lane): number => LANES.indexOf(lane) + 1;

/**
 * What a kind of job is: a versioned wire format (a job in flight may be older than this code) and how it is run.
 *
 * - `coalesce`: jobs with the same key that have not started yet are one job. Only for work that recomputes from facts.
 * - `upcasters[v]` turns a payload of version `v` into one of version `v + 1`.
 * - `purpose`: what the subject must agree to for the effect to happen; `service` unless the definition says otherwise.
 * - `followed`: its subject hears on `/v1/events` how it goes. For work that people wait for; every change of state is told.
 * - `expiresAfter`: a job not started by then has lost its use and ends as `expired`.
 */
export type JobContract<Name extends string = string, Payload = unknown> = {
  readonly name: Name;
  readonly version: number;
  readonly pool: PoolName;
  readonly lane: Lane;
  readonly payload: z.ZodType<Payload>;
  readonly subject: (payload: Payload) => UserId | null;
  readonly purpose: (payload: Payload) => Purpose;
  readonly coalesce?: (payload: Payload) => string;
  readonly upcasters: Readonly<Record<number, (payload: unknown) => unknown>>;
  readonly retry: { readonly attempts: number; readonly firstDelay: Duration; readonly maxDelay: Duration };
  readonly timeLimit: Duration;
  readonly followed?: true;
  readonly expiresAfter?: Duration;
};

// biome-ignore lint/suspicious/noExplicitAny: a contract both takes and gives its payload, so no narrower type holds them all
export type AnyJobContract = JobContract<string, any>;

export type PayloadOf<Contract> = Contract extends JobContract<string, infer Payload> ? Payload : never;

type Definition<Name extends string, Payload> = Omit<
  JobContract<Name, Payload>,
  'upcasters' | 'timeLimit' | 'subject' | 'purpose'
> &
  Partial<Pick<JobContract<Name, Payload>, 'upcasters' | 'timeLimit' | 'subject' | 'purpose'>>;

/** Declares a kind of job. The subject is the payload's `userId` unless the contract says otherwise. */
export function defineJob<const Name extends string, Payload>(
  definition: Definition<Name, Payload>,
): JobContract<Name, Payload> {
  return { upcasters: {}, timeLimit: '30s', subject: userOf, purpose: () => 'service', ...definition };
}

const userOf = (payload: unknown): UserId | null =>
  typeof payload === 'object' && payload !== null && 'userId' in payload ? (payload.userId as UserId) : null;

/** The largest payload, in bytes of JSON: ids fit, content does not. */
export const MAX_PAYLOAD_BYTES = 2048;

import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Presented, Role, Scope } from '../shared/accounts/index.ts';
import type { Deps } from '../shared/compose.ts';
import type { Clock } from '../shared/platform/clock.ts';
import type { Transaction } from '../shared/platform/database/database.ts';
import type { JobId, UserId } from '../shared/platform/ids.ts';
import type { LimitName } from './limits.ts';
import type { ProblemCode } from './problems.ts';
import type { Tag } from './tags.ts';

/**
 * What a route promises: the guard enforces it on the way in and out, and the OpenAPI document is made from it.
 *
 * - `path` is relative to `/v1` and names its parameters as OpenAPI does: `/emotions/{id}`.
 * - `who: 'user'` asks for a Bearer token and runs the handler in one transaction of that user.
 * - `scope`: what the user's role must give beyond their own rows; 403 without it.
 * - `reauthentication`: asks for the proof of `/auth/reauthenticate` in `X-Reauthentication`; 403 without it.
 * - `limit`: how often it may be asked, by a name of `limits.ts`; default: per user, or per address of who is not signed in.
 * - `status` is the answer's status unless the answer names another (default 200, or 204 without `response`).
 * - `idempotent`: an `Idempotency-Key` is honoured; the remembered answer commits with the handler's work.
 * - `waits`: the handler may answer `respondLater(jobId)`; `Prefer: wait=N` then waits for that job.
 * - `problems`: codes beyond those every such route has (authentication, guard, idempotency).
 * - `headers` are those of its own that the handler reads and checks with `header(name)`; they are only documented.
 * - `streams`: the answer is no JSON but bytes of a media type, given as `stream`; `ranges`: also parts of it (206).
 * - `bodyType`/`bodyLimit`: for the few routes that take something else than JSON of up to 64 KiB.
 */
export type RouteSpec = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: `/${string}`;
  readonly summary: string;
  readonly description?: string;
  readonly tag: Tag;
  readonly who: 'anyone' | 'user';
  readonly scope?: Scope;
  readonly reauthentication?: true;
  readonly limit?: LimitName;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly response?: z.ZodType;
  readonly streams?: MediaStream;
  readonly status?: 200 | 201 | 202 | 204;
  readonly idempotent?: boolean;
  readonly waits?: boolean;
  readonly problems?: readonly ProblemCode[];
  readonly deprecated?: { readonly since: string; readonly sunset: string };
  readonly bodyType?: 'application/json' | 'text/csv';
  readonly bodyLimit?: 'normal' | 'batch' | 'import';
};

/** Bytes of this type, as a stream: no JSON, no `ETag` of ours, never compressed. */
export type MediaStream = { readonly type: string; readonly description: string; readonly ranges?: true };

/** Who sent the request, as the access token says it. */
export type SignedInUser = Presented & {
  readonly id: UserId;
  /** What the token says until the transaction has begun, from then on what they are. */
  readonly role: Role;
  /** Whether the session was proved by a second factor; known once the transaction has begun. */
  readonly secondFactor: boolean;
  /** When the access token expires: what goes on for longer than a request ends then. */
  readonly tokenEndsAt: Temporal.Instant;
};

/** What a handler answers. `body` is checked against the route's `response`; fields it does not declare are dropped. */
export type Answer<Body = unknown> = {
  readonly body?: Body;
  readonly status?: number;
  readonly location?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly later?: Later;
  /** What goes out instead of a body, opened once the transaction has committed. */
  readonly stream?: () => Readable;
};

/** Work that goes on after the answer. `finished` reads the resource once the job is done; without it the job itself is the answer. */
export type Later = {
  readonly jobId: JobId;
  readonly finished?: (tx: Transaction) => Promise<unknown>;
};

type Parsed<Spec, Key extends string> = Spec extends { readonly [K in Key]: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined;
type BodyOf<Spec> = Spec extends { readonly response: infer Schema extends z.ZodType }
  ? Frozen<z.input<Schema>>
  : unknown;

/** What is only going to be written out may be read-only throughout. */
type Frozen<T> = T extends string | number | boolean | bigint | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Frozen<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Frozen<T[Key]> }
      : T;

type Common<Body> = {
  readonly deps: Deps;
  readonly clock: Clock;
  /** HEAD instead of GET: what a read does once for each use is left out. */
  readonly headersOnly: boolean;
  /** A request header, in any case. */
  header(name: string): string | undefined;
  /** 202 with the job's address; with `Prefer: wait=N` 200 and the finished resource, if it is done by then. */
  respondLater(jobId: JobId, finished?: (tx: Transaction) => Promise<Body>): Answer<never>;
};

/** One request, already guarded, before its transaction. */
export type PrepareCall<Spec extends RouteSpec> = Common<BodyOf<Spec>> & {
  readonly params: Parsed<Spec, 'params'>;
  readonly query: Parsed<Spec, 'query'>;
  readonly body: Parsed<Spec, 'body'>;
  readonly user: Spec['who'] extends 'user' ? SignedInUser : undefined;
};

/** One request inside its transaction. */
export type Call<Spec extends RouteSpec, Prepared = undefined> = PrepareCall<Spec> & {
  readonly tx: Spec['who'] extends 'user' ? Transaction : undefined;
  readonly prepared: Prepared;
};

/**
 * `prepare` runs before the transaction (hashing, presigning), so that no connection waits for it. `discard` undoes what it
 * began outside the database where nothing came of it: `handle` refused, or was never asked since the answer is remembered.
 */
type PreparedHandler<Spec extends RouteSpec, Prepared, Reply> = {
  prepare(call: PrepareCall<Spec>): Promise<Prepared>;
  discard?(prepared: Prepared, call: PrepareCall<Spec>): Promise<unknown>;
  handle(call: Call<Spec, Prepared>): Promise<Reply>;
};

/** A call whose route is not known by type; its values have passed the route's own schemas. */
export type AnyPrepareCall = Common<unknown> & {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly user: SignedInUser | undefined;
};
export type AnyCall = AnyPrepareCall & { readonly tx: Transaction | undefined; readonly prepared: unknown };

export type Route = {
  readonly spec: RouteSpec;
  readonly prepare: (call: AnyPrepareCall) => Promise<unknown>;
  readonly discard: ((prepared: unknown, call: AnyPrepareCall) => Promise<unknown>) | undefined;
  readonly handle: (call: AnyCall) => Promise<Answer>;
};

/**
 * Declares a route: who may, what comes in, what goes out, and one call that does it.
 *
 * The answer is a type parameter of its own, so that `{ status: 'ok' }` stays a literal where the schema wants one.
 */
export function defineRoute<const Spec extends RouteSpec, const Reply extends Answer<BodyOf<Spec>>>(
  spec: Spec,
  handle: (call: Call<Spec>) => Promise<Reply>,
): Route;
export function defineRoute<const Spec extends RouteSpec, Prepared, const Reply extends Answer<BodyOf<Spec>>>(
  spec: Spec,
  handler: PreparedHandler<Spec, Prepared, Reply>,
): Route;
export function defineRoute<Spec extends RouteSpec, Prepared, Reply>(
  spec: Spec,
  handler: ((call: Call<Spec>) => Promise<Reply>) | PreparedHandler<Spec, Prepared, Reply>,
): Route {
  checkPath(spec);
  const { prepare, discard, handle } =
    typeof handler === 'function' ? { prepare: async () => undefined, discard: undefined, handle: handler } : handler;
  // The one place where the types are given up: a list of routes has no common input type.
  return { spec, prepare, discard, handle } as unknown as Route;
}

/** A parameter without a schema would reach the handler unchecked, so it fails when the module is loaded. */
function checkPath({ method, path, params }: RouteSpec): void {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const declared = Object.keys(params?.shape ?? {});
  if (path.includes(':') || named.toSorted().join() !== declared.toSorted().join())
    throw new TypeError(`${method} ${path}: \`params\` must declare exactly the path's {names}`);
}

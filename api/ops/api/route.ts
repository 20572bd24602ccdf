import type { OperatorRole } from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import type { Transaction } from '../../../shared/platform/database/database.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import type { Answer, Call, RouteSpec } from '../../route.ts';

export const OPS_API_BASE = '/ops/api';

/**
 * A route of the operator's API: as those of the public one, except for who may ask. `operator` is the least role that
 * may; `anyone` is for what comes before a session. Paths are relative to `/ops/api`.
 */
export type OpsRouteSpec = Omit<RouteSpec, 'who' | 'scope' | 'idempotent' | 'waits'> & {
  readonly operator: OperatorRole | 'anyone';
};

export type SignedInOperator = {
  readonly id: UserId;
  readonly role: OperatorRole;
  readonly sessionId: string;
  /** What a browser must repeat in `X-CSRF-Token` with whatever changes something; nobody else needs it. */
  readonly csrfToken: string | null;
  /** The token of the session, for asking once more how it stands. */
  readonly token: string;
  readonly expiresAt: string;
};

type Parts<Spec extends OpsRouteSpec> = Omit<Call<Spec & { readonly who: 'anyone' }>, 'user' | 'tx' | 'prepared'>;

/** One request: of a known operator in one transaction of theirs, of anybody in none. */
export type OpsCall<Spec extends OpsRouteSpec> = Parts<Spec> &
  (Spec['operator'] extends 'anyone'
    ? { readonly operator: undefined; readonly tx: undefined }
    : { readonly operator: SignedInOperator; readonly tx: Transaction });

export type AnyOpsCall = {
  readonly deps: Deps;
  readonly operator: SignedInOperator | undefined;
  readonly tx: Transaction | undefined;
} & Record<string, unknown>;

export type OpsRoute = {
  readonly spec: RouteSpec;
  readonly operator: OpsRouteSpec['operator'];
  readonly handle: (call: AnyOpsCall) => Promise<Answer>;
};

/** Declares a route of the operator's API. */
export function defineOpsRoute<const Spec extends OpsRouteSpec>(
  declared: Spec,
  handle: (call: OpsCall<Spec>) => Promise<Answer>,
): OpsRoute {
  const { operator, ...spec }: OpsRouteSpec = declared;
  const refusals = operator === 'anyone' ? (['forbidden'] as const) : (['not_found', 'forbidden'] as const);
  const problems = [...new Set([...(spec.problems ?? []), ...refusals])];
  return {
    spec: { ...spec, who: 'anyone', problems },
    operator,
    // The one place where the types are given up: a list of routes has no common input type.
    handle: handle as unknown as OpsRoute['handle'],
  };
}

import { isAtLeast, needsRole, operatorStanding } from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import { notFound } from '../../../shared/platform/errors.ts';
import type { Middleware } from '../../context.ts';
import { callOf, replyOf, send } from '../../endpoint.ts';
import type { OpsRoute } from './route.ts';

/** Runs a route's handler on a guarded request: an operator's in one transaction with the question how they stand. */
export const opsEndpoint =
  ({ spec, operator: needed, handle }: OpsRoute, deps: Deps): Middleware =>
  async (ctx) => {
    const call = callOf(ctx, deps);
    const { operator } = ctx.state;
    if (needed === 'anyone' || !operator) {
      return send(ctx, replyOf(spec, await handle({ ...call, operator: undefined, tx: undefined })));
    }
    const reply = await deps.database.transaction({ userId: operator.id }, async (tx) => {
      const standing = await operatorStanding(tx, operator.token, deps.clock.now());
      // Demoted or signed out since the request arrived.
      if (!standing) throw notFound('session');
      if (!isAtLeast(standing.role, needed)) throw needsRole(needed);
      return replyOf(spec, await handle({ ...call, operator: { ...operator, ...standing }, tx }));
    });
    send(ctx, reply);
  };

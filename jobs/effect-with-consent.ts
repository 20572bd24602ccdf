import { hasConsent } from '../shared/accounts/index.ts';
import type { AnyJobContract, PayloadOf } from '../shared/ledger/contract.ts';
import type { EffectContext, Handler } from '../shared/ledger/handler.ts';

/**
 * A job's effect, if its subject agrees to what it is for. Asked here, in the effect's own transaction, and not where the
 * job was enqueued: a withdrawal waits for this transaction, so no effect commits after it.
 *
 * Without consent the job ends having done nothing; its result names what was missing.
 */
export async function effectWithConsent<Contract extends AnyJobContract, Prepared>(
  contract: Contract,
  handler: Handler<Contract, Prepared>,
  payload: PayloadOf<Contract>,
  context: EffectContext,
  prepared: Prepared,
): Promise<unknown> {
  const purpose = contract.purpose(payload);
  // Nobody is without it: it ends with the account.
  if (purpose !== 'service' && !(await hasConsent(context.tx, purpose))) return { withheld: purpose };
  return handler.effect(payload, context, prepared);
}

import { mailSend } from '../../../jobs/mail-send/contract.ts';
import {
  completeChange,
  findByEmail,
  type ProvedAddress,
  proveAddress,
  removeUnverified,
  spendMailToken,
  voidChange,
} from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { isUniqueViolation } from '../../../shared/platform/database/errors.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import { invalidToken } from './invalid-token.ts';

type Needs = Pick<Deps, 'database' | 'clock'>;
type Proof = { userId: UserId; purpose: ProvedAddress; token: string };

/**
 * One of a change's two addresses is proved; with both, the account moves. An address that somebody else has got hold of
 * in the meantime is answered as if it had moved: the truth goes to that address.
 */
export async function proveChange(deps: Needs, proof: Proof): Promise<void> {
  const taken = await move(deps, proof);
  if (taken === null) return;
  const owner = await findByEmail(deps.database, taken);
  // Whoever merely named the address does not keep it from who has proved to read its mails.
  if (owner?.status === 'unverified') {
    await deps.database.transaction({ userId: owner.id }, (tx) => removeUnverified(tx, owner.id));
    if ((await move(deps, proof)) === null) return;
  }
  await callOff(deps, proof, owner?.id);
}

/** The new address, if it is somebody else's by now; then nothing has happened. Otherwise `null`. */
async function move({ database, clock }: Needs, { userId, purpose, token }: Proof): Promise<string | null> {
  const now = clock.now();
  let newEmail = '';
  try {
    await database.transaction({ userId }, async (tx) => {
      if (!(await spendMailToken(tx, purpose, token, now))) throw invalidToken();
      const change = await proveAddress(tx, userId, purpose, now);
      if (!change) throw invalidToken();
      newEmail = change.newEmail;
      if (!change.bothProved) return;
      await completeChange(tx, userId, change, now);
      enqueue(tx, mailSend, { template: 'email_changed', userId, changeId: change.id });
    });
    return null;
  } catch (error) {
    if (isUniqueViolation(error)) return newEmail;
    throw error;
  }
}

async function callOff({ database, clock }: Needs, { userId, purpose, token }: Proof, owner: UserId | undefined) {
  await database.transaction({ userId }, async (tx) => {
    await spendMailToken(tx, purpose, token, clock.now());
    await voidChange(tx, userId);
  });
  if (!owner) return;
  await database.transaction({ userId: owner }, async (tx) => {
    enqueue(tx, mailSend, { template: 'registration_attempt', userId: owner });
  });
}

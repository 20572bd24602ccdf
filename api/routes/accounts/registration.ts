import { mailSend } from '../../../jobs/mail-send/contract.ts';
import {
  createAccount,
  findByEmail,
  type Purpose,
  type Registration,
  recordConsents,
  renewUnverified,
  voidMailTokens,
} from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import type { Transaction } from '../../../shared/platform/database/database.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';

type Needs = Pick<Deps, 'database' | 'clock'>;

/**
 * Opens an account at an address, or registers it anew while nobody has proved it. To an address that has been proved
 * only a mail goes, so that whoever asks learns nothing about it.
 */
export async function registerAddress(
  deps: Needs,
  registration: Registration,
  consents: readonly Purpose[],
): Promise<void> {
  const userId = newId<UserId>();
  const created = await deps.database.transaction({ userId }, async (tx) => {
    const isNew = await createAccount(tx, userId, registration, deps.clock.now());
    if (isNew) await awaitProof(tx, userId, consents, deps);
    return isNew;
  });
  if (!created) await registerKnownAddress(deps, registration, consents);
}

async function registerKnownAddress(deps: Needs, registration: Registration, consents: readonly Purpose[]) {
  const known = await findByEmail(deps.database, registration.email);
  if (!known) return;
  await deps.database.transaction({ userId: known.id }, async (tx) => {
    const renewed = await renewUnverified(tx, known.id, registration);
    if (renewed) await awaitProof(tx, known.id, consents, deps);
    else enqueue(tx, mailSend, { template: 'registration_attempt', userId: known.id });
  });
}

async function awaitProof(tx: Transaction, userId: UserId, consents: readonly Purpose[], deps: Needs): Promise<void> {
  await voidMailTokens(tx, userId, ['verify_email']);
  await recordConsents(tx, userId, consents, deps.clock.now());
  enqueue(tx, mailSend, { template: 'verify_email', userId });
}

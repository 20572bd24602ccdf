import { mailSend } from '../../../jobs/mail-send/contract.ts';
import { findByEmail } from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';

/**
 * Asks for a mail to whoever owns an address. For an unknown one the same is written, about nobody: only the worker finds
 * out, so neither the answer nor its time tells whether the address is known.
 */
export async function askForMail(
  { database }: Pick<Deps, 'database'>,
  template: 'verify_email' | 'reset_password',
  email: string,
): Promise<void> {
  const known = await findByEmail(database, email);
  const userId = known?.id ?? newId<UserId>();
  await database.transaction({ userId }, async (tx) => {
    enqueue(tx, mailSend, { template, userId });
  });
}

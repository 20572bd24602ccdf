import { mailSend } from '../jobs/mail-send/contract.ts';
import { useSecondFactor } from '../shared/accounts/index.ts';
import { enqueue } from '../shared/ledger/enqueue.ts';
import type { Transaction } from '../shared/platform/database/database.ts';
import type { UserId } from '../shared/platform/ids.ts';
import type { UserCipher } from '../shared/privacy/index.ts';

/** Uses a code or a recovery code up; of a new enrolment its owner is told by mail. `false`: it does not count. */
export async function provesSecondFactor(
  tx: Transaction,
  { userId, code }: { userId: UserId; code: string },
  cipher: UserCipher,
  now: Temporal.Instant,
): Promise<boolean> {
  const proof = await useSecondFactor(tx, userId, code, cipher, now);
  if (proof === 'confirmed') enqueue(tx, mailSend, { template: 'second_factor_changed', userId });
  return proof !== null;
}

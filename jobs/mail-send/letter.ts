import {
  type Account,
  accountAt,
  changeToMail,
  findStillAccount,
  type Generations,
  issueMailToken,
  liveMailToken,
  type MailContent,
  type MailPurpose,
  pendingChange,
  signedInDevice,
} from '../../shared/accounts/index.ts';
import type { PayloadOf } from '../../shared/ledger/contract.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import type { Transaction } from '../../shared/platform/database/database.ts';
import type { JobId, UserId } from '../../shared/platform/ids.ts';
import type { UserCipher } from '../../shared/privacy/index.ts';
import type { mailSend } from './contract.ts';

export type Payload = PayloadOf<typeof mailSend>;

/** One mail before it is worded. `tokenId` names the row of the token in it. */
export type Letter = { to: string; languagePreference: string; content: MailContent; tokenId?: string };

/** The address is somebody else's already: they, not whoever asked, hear of it. */
export type Diverted = { owner: UserId };

export type LetterContext = {
  tx: Transaction;
  clock: Clock;
  jobId: JobId;
  tokenKeys: Generations<Buffer>;
  /** Of a mail that names a device. */
  cipher?: UserCipher | undefined;
};

/**
 * Read just before sending, so that it goes to today's address; `null` once nobody is waiting for it any more. The account
 * is held still before anything is read: a token made while the address moves, or while another change takes this one's
 * place, would go to a mailbox that has nothing to do with what it proves.
 */
export async function readLetter(payload: Payload, context: LetterContext): Promise<Letter | Diverted | null> {
  const account = await findStillAccount(context.tx);
  if (!account?.email || account.status === 'deleting') return null;
  const { id, status, email, languagePreference, timeZone } = account;
  return letterTo({ id, status, email, languagePreference, timeZone }, payload, context);
}

type Reachable = Pick<Account, 'id' | 'status' | 'languagePreference' | 'timeZone'> & { email: string };

async function letterTo(account: Reachable, payload: Payload, context: LetterContext) {
  const { email: to, languagePreference, timeZone } = account;
  const { tx, cipher } = context;
  switch (payload.template) {
    case 'verify_email':
      return account.status === 'unverified'
        ? withToken(account, { purpose: 'verify_email', to, id: payload.tokenId }, context)
        : null;
    case 'reset_password':
      return forgottenPassword(account, context);
    case 'change_email_old':
    case 'change_email_new':
      return changeOfAddress(account, payload, context);
    case 'email_changed': {
      const change = await changeToMail(tx, payload.changeId);
      return change && { to: change.oldEmail, languagePreference, content: { template: payload.template } };
    }
    case 'new_device': {
      if (!cipher) throw new TypeError('a device is named with its owner’s cipher');
      const session = await signedInDevice(tx, payload.sessionId, cipher);
      return session && { to, languagePreference, content: { template: payload.template, timeZone, ...session } };
    }
    default:
      return { to, languagePreference, content: { template: payload.template } };
  }
}

/** Who has not proved their address yet is asked to do that first. */
function forgottenPassword(account: Reachable, context: LetterContext): Promise<Letter | null> | null {
  const to = account.email;
  if (account.status === 'active') return withToken(account, { purpose: 'reset_password', to }, context);
  return account.status === 'unverified' ? withToken(account, { purpose: 'verify_email', to }, context) : null;
}

async function changeOfAddress(
  account: Reachable,
  { template: purpose, changeId }: Extract<Payload, { template: 'change_email_old' | 'change_email_new' }>,
  context: LetterContext,
): Promise<Letter | Diverted | null> {
  const change = await pendingChange(context.tx, changeId, context.clock.now());
  if (!change) return null;
  if (purpose === 'change_email_old') return withToken(account, { purpose, to: change.oldEmail }, context);
  const owner = await accountAt(context.tx, change.newEmail);
  return owner === null || owner === account.id
    ? withToken(account, { purpose, to: change.newEmail }, context)
    : { owner };
}

/**
 * A mail with a token that is made as it is sent, so that whoever asked for it did the same whatever the address. The
 * job's id is the token's: repeated, the job sends the same one.
 */
async function withToken(
  { id: userId, languagePreference }: Reachable,
  { purpose, to, id }: { purpose: MailPurpose; to: string; id?: string | undefined },
  { tx, clock, jobId, tokenKeys }: LetterContext,
): Promise<Letter | null> {
  const now = clock.now();
  const tokenId = id ?? (await issueMailToken(tx, { userId, purpose, id: jobId }, tokenKeys, now));
  const token = await liveMailToken(tx, { id: tokenId, purpose }, tokenKeys, now);
  return token === null ? null : { to, languagePreference, content: { template: purpose, token }, tokenId };
}

import {
  findAccount,
  type Generations,
  liveMailToken,
  type MailContent,
  markMailed,
  renderMail,
} from '../../shared/accounts/index.ts';
import type { PayloadOf } from '../../shared/ledger/contract.ts';
import type { Handler, PrepareContext } from '../../shared/ledger/handler.ts';
import type { MailGateway } from '../../shared/platform/mail/port.ts';
import type { mailSend } from './contract.ts';

export type MailSendDeps = {
  mailGateway(): Promise<MailGateway>;
  /** Make a mail's token out of the id of its row. */
  mailTokenKeys: Generations<Buffer>;
  /** The service's public address, which every link starts with. */
  publicUrl: string;
};

type Payload = PayloadOf<typeof mailSend>;
type Sent = { sent: boolean };

/**
 * Sends one mail. Killed between the sending and the end of the job, it sends again: the same mail under the same
 * Message-ID, which mail clients show once.
 */
export const mailSendHandler = (deps: MailSendDeps): Handler<typeof mailSend, Sent> => ({
  async prepare(payload, context) {
    const letter = await readLetter(payload, context, deps.mailTokenKeys);
    if (!letter) return { sent: false };
    const { to, languagePreference, content } = letter;
    const rendered = renderMail(content, { languagePreference, publicUrl: deps.publicUrl });
    const gateway = await deps.mailGateway();
    await gateway.send({ to, ...rendered, dedupeKey: dedupeKey(payload, context.job.id) });
    return { sent: true };
  },

  async effect(payload, { tx, clock }, { sent }) {
    if (sent && 'tokenId' in payload) await markMailed(tx, payload.tokenId, clock.now());
    return { sent };
  },
});

type Letter = { to: string; languagePreference: string; content: MailContent };

/** Read just before sending, so that it goes to today's address; `null` once nobody is waiting for it any more. */
function readLetter(
  payload: Payload,
  { transaction, clock }: PrepareContext,
  tokenKeys: Generations<Buffer>,
): Promise<Letter | null> {
  return transaction({ userId: payload.userId }, async (tx) => {
    const account = await findAccount(tx);
    if (!account?.email || account.status === 'deleting') return null;
    const { email: to, languagePreference } = account;
    if (payload.template === 'registration_attempt') {
      return { to, languagePreference, content: { template: payload.template } };
    }
    const { tokenId: id, template: purpose } = payload;
    const token = await liveMailToken(tx, { id, purpose }, tokenKeys, clock.now());
    if (token === null) return null;
    return { to, languagePreference, content: { template: payload.template, token } };
  });
}

const dedupeKey = (payload: Payload, jobId: string): string =>
  `${payload.template}-${'tokenId' in payload ? payload.tokenId : jobId}`;

import { forgetChange, type Generations, markMailed, renderMail } from '../../shared/accounts/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import type { UserId } from '../../shared/platform/ids.ts';
import type { MailGateway } from '../../shared/platform/mail/port.ts';
import type { UserKeys } from '../../shared/privacy/index.ts';
import { mailSend } from './contract.ts';
import { type Letter, type Payload, readLetter } from './letter.ts';

export type MailSendDeps = {
  mailGateway(): Promise<MailGateway>;
  userKeys: UserKeys;
  /** Make a mail's token out of the id of its row. */
  mailTokenKeys: Generations<Buffer>;
  /** The service's public address, which every link starts with. */
  publicUrl: string;
};

/** What became of the mail; `owner`: who is to be told instead. */
type Outcome = { sent: boolean; tokenId?: string | undefined; owner?: UserId };

/**
 * Sends one mail. Killed between the sending and the end of the job, it sends again: the same mail under the same
 * Message-ID, which mail clients show once.
 */
export const mailSendHandler = (deps: MailSendDeps): Handler<typeof mailSend, Outcome> => ({
  async prepare(payload, { transaction, clock, job }) {
    const { mailTokenKeys: tokenKeys, userKeys } = deps;
    // Only a mail that names a device needs the key: all others go out although its keeper is away.
    const cipher = payload.template === 'new_device' ? await userKeys.cipherOf(payload.userId) : undefined;
    const letter = await transaction({ userId: payload.userId }, (tx) =>
      readLetter(payload, { tx, clock, jobId: job.id, tokenKeys, cipher }),
    );
    if (letter === null) return { sent: false };
    if ('owner' in letter) return { sent: false, owner: letter.owner };
    await send(letter, dedupeKey(payload, letter.tokenId ?? job.id), deps);
    return { sent: true, tokenId: letter.tokenId };
  },

  async effect(payload, { tx, clock, enqueue }, { sent, tokenId, owner }) {
    if (owner) enqueue(mailSend, { template: 'registration_attempt', userId: owner });
    if (tokenId) await markMailed(tx, tokenId, clock.now());
    if (sent && payload.template === 'email_changed') await forgetChange(tx, payload.changeId);
    return { sent };
  },
});

async function send({ to, languagePreference, content }: Letter, key: string, deps: MailSendDeps): Promise<void> {
  const rendered = renderMail(content, { languagePreference, publicUrl: deps.publicUrl });
  const gateway = await deps.mailGateway();
  await gateway.send({ to, ...rendered, dedupeKey: key });
}

const dedupeKey = ({ template }: Payload, id: string): string => `${template}-${id}`;

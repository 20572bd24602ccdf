import { buffer } from 'node:stream/consumers';
import type { SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import type { MailFault, MailFaults } from './faults.ts';

type Hooks = {
  faults: MailFaults;
  keep(raw: Buffer, recipients: string[]): Promise<void>;
  cut(remotePort: number): void;
};
type Handlers = Pick<Required<SMTPServerOptions>, 'onRcptTo' | 'onData' | 'onClose'>;

/** The dialogue: recipients are where faults strike, the data is what is kept. */
export function smtpHandlers({ faults, keep, cut }: Hooks): Handlers {
  /** Faults that strike once the data has come, by session. */
  const later = new Map<string, MailFault>();
  const cutOff = (session: SMTPServerSession) => cut(session.remotePort);
  return {
    onRcptTo: ({ address }, session, done) => {
      const fault = faults.next(address);
      if (fault === 'hang') return;
      if (fault === 'cut' || fault === 'accept-then-cut') later.set(session.id, fault);
      done(typeof fault === 'number' ? refusal(fault) : null);
    },
    onData: (stream, session, done) => {
      const fault = later.get(session.id);
      const recipients = session.envelope.rcptTo.map(({ address }) => address);
      void buffer(stream)
        .then((raw) => (fault === 'cut' ? undefined : keep(raw, recipients)))
        .then(() => (fault ? cutOff(session) : done()))
        .catch(done);
    },
    onClose: (session) => void later.delete(session.id),
  };
}

const words = { 421: 'Service not available', 450: 'Mailbox busy', 550: 'No such mailbox' };
const refusal = (responseCode: keyof typeof words) => Object.assign(new Error(words[responseCode]), { responseCode });

import { createServer } from 'node:http';
import { SMTPServer } from 'smtp-server';
import { type Clock, systemClock } from '../../../../shared/platform/clock.ts';
import { jsonListener } from '../json-http.ts';
import { listenOnLoopback } from '../listener.ts';
import { recentCaptures } from '../recent-captures.ts';
import { controlHandler } from './control.ts';
import { type MailFault, mailFaults } from './faults.ts';
import { type CapturedMail, readMail } from './mail.ts';
import { smtpHandlers } from './session.ts';

export type { MailFault } from './faults.ts';
export type { CapturedMail } from './mail.ts';

export type SmtpStandIn = {
  /** The value for `SMTP_URL`. */
  url: string;
  port: number;
  /** HTTP for other processes: `GET /mails?to=` and `POST /script {recipient, faults}`. */
  controlUrl: string;
  /** The last 10,000 mails, one for each recipient, newest first. */
  mails(filter?: { to?: string }): CapturedMail[];
  /** What the next mails to `recipient` shall meet, one fault each; replaces an earlier script. */
  script(recipient: string, ...faults: MailFault[]): void;
  stop(): Promise<void>;
};

/** A mail server that keeps what it is given. It refuses mails without the headers every receiver asks for. */
export async function startSmtpStandIn({
  port = 0,
  controlPort = 0,
  clock = systemClock,
}: Options = {}): Promise<SmtpStandIn> {
  const captures = recentCaptures<CapturedMail>(10_000);
  const faults = mailFaults();
  const handlers = smtpHandlers({
    faults,
    keep: async (raw, recipients) => {
      for (const mail of await readMail(raw, recipients, clock.now())) captures.add(mail);
    },
    cut: (remotePort) => smtpListener.cut(remotePort),
  });
  const smtp = new SMTPServer({ disabledCommands: ['AUTH', 'STARTTLS'], disableReverseLookup: true, ...handlers });
  // A client that goes away in mid-dialogue is no fault of the stand-in's.
  smtp.on('error', () => {});
  const smtpListener = await listenOnLoopback(smtp.server, port);
  const mails = ({ to }: { to?: string } = {}) =>
    captures.newestFirst((mail) => to === undefined || mail.to.toLowerCase() === to.toLowerCase());
  const control = await listenOnLoopback(
    createServer(jsonListener(controlHandler({ mails, script: faults.script }))),
    controlPort,
  );
  return {
    url: `smtp://127.0.0.1:${smtpListener.port}`,
    port: smtpListener.port,
    controlUrl: `http://127.0.0.1:${control.port}`,
    mails,
    script: faults.script,
    stop: async () => {
      await Promise.all([smtpListener.stop(), control.stop()]);
    },
  };
}

type Options = { port?: number; controlPort?: number; clock?: Clock };

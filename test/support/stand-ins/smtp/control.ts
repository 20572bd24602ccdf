import { z } from 'zod';
import type { JsonAnswer, JsonRequest } from '../json-http.ts';
import { MailFault, type MailFaults } from './faults.ts';
import type { CapturedMail } from './mail.ts';

const Script = z.strictObject({ recipient: z.string(), faults: z.array(MailFault) });

type Control = { mails(filter: { to?: string }): CapturedMail[]; script: MailFaults['script'] };

/** What other processes may ask: `GET /mails?to=` (newest first) and `POST /script {recipient, faults}`. */
export const controlHandler =
  ({ mails, script }: Control) =>
  ({ method, url, body }: JsonRequest): JsonAnswer => {
    const route = `${method} ${url.pathname}`;
    const to = url.searchParams.get('to');
    if (route === 'GET /mails') return { status: 200, body: mails(to === null ? {} : { to }) };
    if (route === 'POST /script') {
      const { recipient, faults } = Script.parse(JSON.parse(body));
      script(recipient, ...faults);
      return { status: 200, body: { scripted: faults.length } };
    }
    return { status: 404, body: { error: `no such route: ${route}` } };
  };

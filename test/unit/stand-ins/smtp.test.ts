import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { manualClock } from '../../../shared/platform/clock.ts';
import { type SmtpStandIn, startSmtpStandIn } from '../../support/stand-ins/smtp/index.ts';

const headers = [
  'From: Amira <hello@amira.example>',
  'To: mira@example.org',
  'Date: Sun, 01 Mar 2026 12:00:00 +0000',
  'Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=',
  'Message-ID: <1@amira.example>',
];

describe('the mail stand-in', () => {
  let smtp: SmtpStandIn;
  beforeAll(async () => {
    smtp = await startSmtpStandIn({ clock: manualClock('2026-03-01T12:00:00Z') });
  });
  afterAll(() => smtp.stop());

  it('keeps a mail for each recipient, decoded', async () => {
    expect(await deliver(['mira@example.org', 'noor@example.org'], headers)).toMatch(/^250/);
    const kept = {
      subject: 'Grüße',
      text: 'Hello',
      html: '',
      messageId: '<1@amira.example>',
      sentAt: '2026-03-01T12:00:00Z',
    };
    expect(smtp.mails()).toEqual([
      { to: 'noor@example.org', ...kept },
      { to: 'mira@example.org', ...kept },
    ]);
    expect(smtp.mails({ to: 'MIRA@example.org' })).toHaveLength(1);
  });

  it.each(headers.map((header) => [header.slice(0, header.indexOf(':')), header]))(
    'refuses a mail without %s',
    async (_, missing) => {
      const incomplete = headers.filter((header) => header !== missing);
      expect(await deliver(['strict@example.org'], incomplete)).toMatch(/^554/);
      expect(smtp.mails({ to: 'strict@example.org' })).toEqual([]);
    },
  );

  it.each([421, 450, 550] as const)('answers a recipient with %p when told to, once', async (code) => {
    smtp.script('shaky@example.org', code);
    expect(await deliver(['shaky@example.org'], headers)).toMatch(new RegExp(`^${code}`));
    expect(await deliver(['shaky@example.org'], headers)).toMatch(/^250/);
  });

  it('can be read and scripted by another process', async () => {
    const body = JSON.stringify({ recipient: 'remote@example.org', faults: [550] });
    expect(await (await fetch(`${smtp.controlUrl}/script`, { method: 'POST', body })).json()).toEqual({ scripted: 1 });
    expect(await deliver(['remote@example.org'], headers)).toMatch(/^550/);
    const mails = await fetch(`${smtp.controlUrl}/mails?to=noor@example.org`);
    expect(await mails.json()).toMatchObject([{ to: 'noor@example.org', subject: 'Grüße' }]);
  });

  /** Speaks SMTP by hand; gives back the answer that ended the dialogue. */
  async function deliver(recipients: string[], lines: string[]): Promise<string> {
    const socket = connect(smtp.port, '127.0.0.1').setEncoding('utf8');
    const answer = async () => String((await once(socket, 'data'))[0]);
    const ask = async (line: string) => {
      socket.write(`${line}\r\n`);
      return answer();
    };
    await answer();
    await ask('HELO phone');
    await ask('MAIL FROM:<hello@amira.example>');
    for (const recipient of recipients) {
      const said = await ask(`RCPT TO:<${recipient}>`);
      if (!said.startsWith('250')) return said;
    }
    await ask('DATA');
    const end = await ask(`${[...lines, '', 'Hello', '.'].join('\r\n')}`);
    socket.destroy();
    return end;
  }
});

import { beforeAll, describe, expect, it } from '@jest/globals';
import { rawRequest } from '../../support/api/raw-request.ts';
import { accountsApi } from './api-fixture.ts';

const EVIL = 'evil.example';
const EMAIL = 'ana@example.org';
const LINK = /https:\/\/api\.amira\.test\/reset-password#token=/;

type Api = ReturnType<typeof accountsApi>;

/** Asks for a reset with headers that `fetch` would not send. Gives back the status. */
async function ask({ port }: Api, headers: readonly string[]): Promise<number> {
  const body = JSON.stringify({ email: EMAIL });
  const lines = [
    'POST /v1/auth/reset-password HTTP/1.1',
    ...headers,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  const answer = await rawRequest(port, `${lines.join('\r\n')}\r\n\r\n${body}`);
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
}

const FORWARDED: readonly string[][] = [
  [`X-Forwarded-Host: ${EVIL}`],
  [`X-Forwarded-Host: api.amira.test, ${EVIL}`, 'X-Forwarded-Proto: http', `X-Forwarded-Server: ${EVIL}`],
  [`Forwarded: host=${EVIL};proto=http`, `X-Host: ${EVIL}`, `X-Original-Host: ${EVIL}`],
  [`Origin: https://${EVIL}`, `Referer: https://${EVIL}/`],
].map((headers) => ['Host: api.amira.test', ...headers]);

const named = (cases: readonly string[][]) => cases.map((headers) => [headers.join(', '), headers] as const);

/** The mails that were sent, each with one link, to our own address. */
async function expectOwnLinks(api: Api, count: number): Promise<void> {
  const mails = await api.deliverMails();
  expect(mails).toHaveLength(count);
  for (const { text, html } of mails) {
    expect(text).toMatch(LINK);
    expect(`${text}${html}`).not.toContain('evil');
  }
}

describe('the link of a reset where every host is served', () => {
  const api = accountsApi();
  beforeAll(() => api.newcomer(EMAIL));

  it.each(
    named([
      [`Host: ${EVIL}`],
      [`Host: ${EVIL}:8000`],
      [`Host: api.amira.test@${EVIL}`],
      [`Host: ${EVIL}`, `X-Forwarded-Host: ${EVIL}`],
      ...FORWARDED,
    ]),
  )('leads to the public address whatever is asked for (%s)', async (_name, headers) => {
    expect(await ask(api, headers)).toBe(202);
    await expectOwnLinks(api, 1);
  });
});

describe('the link of a reset where only our own hosts are served', () => {
  const api = accountsApi({ ALLOWED_HOSTS: 'api.amira.test,127.0.0.1' });
  beforeAll(() => api.newcomer(EMAIL));

  it.each(named(FORWARDED))('leads to the public address whatever was forwarded (%s)', async (_name, headers) => {
    expect(await ask(api, headers)).toBe(202);
    await expectOwnLinks(api, 1);
  });

  it.each(
    named([
      [`Host: ${EVIL}`, 'X-Forwarded-Host: api.amira.test'],
      [`Host: api.amira.test@${EVIL}`],
      [`Host: api.amira.test.${EVIL}`],
    ]),
  )('is not sent for another host (%s)', async (_name, headers) => {
    expect(await ask(api, headers)).toBe(421);
    await expectOwnLinks(api, 0);
  });
});

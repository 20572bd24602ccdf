import { type ApiClient, type Reply, sender } from '../support/api/client.ts';
import type { System } from '../support/embedded/system.ts';
import { PASSWORD } from '../support/phones/phone.ts';
import { until } from '../support/until.ts';

export type SignedIn = { send: ApiClient['send'] };

/** Opens an account as the app does: registers, proves the address by the mail, signs in. */
export async function newSomebody({ apiUrl, parts }: System, email: string, timeZone: string): Promise<SignedIn> {
  const send = sender(apiUrl);
  const registration = { email, password: PASSWORD, timeZone, encryptionKeySalt: 'c2FsdHNhbHRzYWx0c2FsdA==' };
  await succeeded(send('POST', '/v1/auth/register', { body: { ...registration, consents: ['service', 'insights'] } }));
  const token = await until(
    'a mail',
    () => parts.smtp?.mails({ to: email })[0]?.text.match(/^[\w-]{20,}$/m)?.[0],
    60_000,
  );
  await succeeded(send('POST', '/v1/auth/verify-email', { body: { token } }));
  const device = { deviceId: 'laptop', name: 'Laptop', platform: 'web' };
  const { body } = await succeeded(send('POST', '/v1/auth/login', { body: { email, password: PASSWORD, device } }));
  return {
    send: (method, path, { headers, ...options } = {}) =>
      succeeded(
        send(method, path, { ...options, headers: { Authorization: `Bearer ${body['accessToken']}`, ...headers } }),
      ),
  };
}

async function succeeded(asked: Promise<Reply>): Promise<Reply> {
  const reply = await asked;
  if (reply.status >= 300) throw new Error(`The API answered ${reply.status}: ${reply.text}`);
  return reply;
}

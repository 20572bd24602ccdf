import type { ApiClient } from '../api/client.ts';
import type { Question } from './pairs.ts';

type Send = ApiClient['send'];

export const RIGHT_PASSWORD = 'correct horse battery';
const WRONG_PASSWORD = 'wrong horse battery';

/** The verified address that the n-th pair asks about; another for each, so that nothing of it is warm. */
export const knownAddress = (n: number) => `known-${n}@example.org`;

/**
 * What tells an attacker whether somebody uses this app, if its answers or their times differ.
 *
 * @param count how many known addresses there are
 */
export function questions(send: Send, count: number): Readonly<Record<string, Question>> {
  const of = (ask: (email: string, n: number) => Promise<void>): Question => ({
    known: (n) => ask(knownAddress(n % count), n),
    unknown: (n) => ask(`nobody-${n}@example.org`, n),
  });
  return {
    login: of((email) => post(send, '/v1/auth/login', { email, password: WRONG_PASSWORD, device: DEVICE }, 401)),
    register: of((email, n) =>
      post(send, '/v1/auth/register', { ...NEWCOMER, email: email.replace('nobody', `new-${n}`) }, 202),
    ),
    reset: of((email) => post(send, '/v1/auth/reset-password', { email }, 202)),
  };
}

async function post(send: Send, path: string, body: unknown, expected: number): Promise<void> {
  const { status, text } = await send('POST', path, { body });
  if (status !== expected) throw new Error(`${path} answered ${status}: ${text}`);
}

const DEVICE = { deviceId: 'phone', name: 'Phone', platform: 'android' };
const NEWCOMER = {
  password: RIGHT_PASSWORD,
  timeZone: 'Europe/Madrid',
  encryptionKeySalt: 'c2FsdHNhbHRzYWx0c2FsdA==',
  consents: ['service'],
};

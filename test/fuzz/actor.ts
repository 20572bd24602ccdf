import { randomUUID } from 'node:crypto';
import type { WireAnswer } from '../support/openapi/answer-problems.ts';
import { PASSWORD } from '../support/openapi/known-fields.ts';
import { until } from '../support/until.ts';
import type { Target } from './target.ts';
import type { WireRequest } from './wire.ts';

/** Somebody with an account, and what the API has told them so far. */
export type Actor = {
  readonly name: string;
  email: string;
  password: string;
  accessToken: string;
  refreshToken: string;
  /** A token of a session that has been signed out of, once there is one. */
  endedToken: string | undefined;
  /** The last proof of who they are, for routes that ask for it once more. */
  proof: string | undefined;
  /** What their authenticator makes codes of, once they have one. */
  totpSecret: string | undefined;
  /** Names of their own objects, by the address of the collection they are in. */
  readonly names: Map<string, string[]>;
};

/** For a machine that does much else beside. */
const PROVED_WITHIN_MS = 60_000;

type Send = (request: WireRequest) => Promise<WireAnswer | null>;

/** Opens an account through the API: register, prove the address with the mail's token, sign in. */
export async function newActor(name: string, target: Target, send: Send): Promise<Actor> {
  const email = `${name}-${randomUUID()}@example.com`;
  await must(send, 'POST', '/v1/auth/register', {
    email,
    password: PASSWORD,
    timeZone: 'Europe/Madrid',
    encryptionKeySalt: 'c2FsdHNhbHRzYWx0c2FsdA==',
    consents: ['service', 'insights', 'achievement_push', 'reminders', 'affirmations', 'recommendation_learning'],
  });
  // Where the registration was slow it was sent again, and then only the latest mail counts.
  let tried: string | undefined;
  const proved = async () => {
    const [token] = target.mailTokens(email);
    if (token === undefined || token === tried) return false;
    tried = token;
    return (await send(jsonRequest('POST', '/v1/auth/verify-email', { token })))?.status === 204;
  };
  await until(`the address of ${name} is proved`, proved, PROVED_WITHIN_MS);
  const actor: Actor = {
    name,
    email,
    password: PASSWORD,
    accessToken: '',
    refreshToken: '',
    endedToken: undefined,
    proof: undefined,
    totpSecret: undefined,
    names: new Map(),
  };
  await signIn(actor, send);
  return actor;
}

/** `false`: the account is gone, locked or has another password by now. */
export async function signIn(actor: Actor, send: Send): Promise<boolean> {
  const { email, password } = actor;
  const device = { deviceId: `phone-${actor.name}`, name: 'Phone', platform: 'android' };
  const answer = await send(jsonRequest('POST', '/v1/auth/login', { email, password, device }));
  if (answer?.status !== 200) return false;
  learn(actor, answer);
  return true;
}

/** Keeps what an answer to the actor gives them: tokens, proofs, names of objects. */
export function learn(actor: Actor, { status, headers, text }: WireAnswer, path = ''): void {
  if (status >= 300) return;
  const body = objectOf(text);
  if (typeof body['accessToken'] === 'string') actor.accessToken = body['accessToken'];
  if (typeof body['refreshToken'] === 'string') actor.refreshToken = body['refreshToken'];
  if (typeof body['proof'] === 'string') actor.proof = body['proof'];
  if (typeof body['secret'] === 'string') actor.totpSecret = body['secret'];
  const location = headers['location'];
  if (location) remember(actor, location.slice(0, location.lastIndexOf('/')), location.split('/').at(-1));
  if (Array.isArray(body['items'])) {
    for (const item of body['items'].slice(0, 5)) remember(actor, path, item?.id ?? item?.deviceId);
  }
}

function remember(actor: Actor, collection: string, name: unknown): void {
  if (typeof name !== 'string' || name === '') return;
  const names = actor.names.get(collection) ?? [];
  if (!names.includes(name)) actor.names.set(collection, [...names, name].slice(-20));
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const jsonRequest = (method: string, target: string, body: unknown, token?: string): WireRequest => ({
  method,
  target,
  headers: [
    ['Content-Type', 'application/json'],
    ...(token === undefined ? [] : [['Authorization', `Bearer ${token}`] as const]),
  ],
  body: Buffer.from(JSON.stringify(body)),
});

async function must(send: Send, method: string, path: string, body: unknown): Promise<void> {
  const answer = await send(jsonRequest(method, path, body));
  if (!answer || answer.status >= 300)
    throw new Error(`${method} ${path} was answered ${answer?.status}: ${answer?.text}`);
}

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createKeyBundle, type Vault } from '../../../docs/client/key-bundle.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { nativeArgon2id } from './native-argon2.ts';
import type { Recording } from './recordings.ts';
import type { CheckinPlan, JournalPlan, PhoneStory } from './story.ts';

/** What a phone knows it has sent, for comparing with what came of it. */
export type Phone = {
  story: PhoneStory;
  api: ApiClient;
  /** What every recording's key is derived from; the server has it only sealed. */
  vault: Vault;
  /** Epoch milliseconds at which the first check-in's 201 arrived. */
  firstCheckinAt: number;
  checkins: number;
  journals: { id: string; plan: JournalPlan }[];
};

export type World = { apiUrl: string; mailToken(email: string): Promise<string>; recordings: readonly Recording[] };

const Tokens = z.object({ accessToken: z.string() });
/** Every simulated person's. */
export const PASSWORD = 'a long walk by the sea';

/** Registers, proves its address, signs in, makes its push token known and stores its sealed keys. */
export async function setUpPhone(story: PhoneStory, world: World): Promise<Phone> {
  const api = apiClient(world.apiUrl, story.timeZone);
  const salt = Buffer.from(story.email.padEnd(16, '.')).subarray(0, 16);
  await api.expect([202], 'POST', '/v1/auth/register', {
    email: story.email,
    password: PASSWORD,
    timeZone: story.timeZone,
    languagePreference: story.language,
    encryptionKeySalt: salt.toString('base64'),
    consents: story.consents,
  });
  await api.expect([204], 'POST', '/v1/auth/verify-email', { token: await world.mailToken(story.email) });
  const device = { deviceId: story.name.toLowerCase().replace(' ', '-'), name: story.name, platform: 'android' };
  const login = await api.expect([200], 'POST', '/v1/auth/login', { email: story.email, password: PASSWORD, device });
  api.signIn(Tokens.parse(login.body).accessToken);
  const { deviceId, ...description } = device;
  await api.expect([200], 'PUT', `/v1/me/devices/${encodeURIComponent(deviceId)}`, {
    ...description,
    pushToken: { kind: 'token', value: story.pushToken },
  });
  const { bundle, vault } = await createKeyBundle(PASSWORD, salt, nativeArgon2id);
  await api.expect([200], 'PUT', '/v1/me/key-bundle', { bundle: JSON.stringify(bundle) }, { 'If-None-Match': '*' });
  return { story, api, vault, firstCheckinAt: 0, checkins: 0, journals: [] };
}

/** The check-in that earns the first achievement; sent twice under one key, as after a lost answer. */
export async function firstCheckin(phone: Phone): Promise<void> {
  const { clientId: _clientId, ...body } = phone.story.firstCheckin;
  const key = { 'Idempotency-Key': randomUUID() };
  await phone.api.expect([201], 'POST', '/v1/emotions', body, key);
  phone.firstCheckinAt = performance.timeOrigin + performance.now();
  await phone.api.expect([201], 'POST', '/v1/emotions', body, key);
  phone.checkins += 1;
}

const BatchAnswer = z.object({
  items: z.array(z.object({ clientId: z.string(), status: z.union([z.string(), z.number()]) })),
});

/** Uploads one batch of what was written down offline. */
export async function uploadBatch(phone: Phone, batch: readonly CheckinPlan[], isRepeat = false): Promise<void> {
  const answer = await phone.api.expect([200], 'POST', '/v1/emotions/batch', { items: batch });
  const { items } = BatchAnswer.parse(answer.body);
  if (items.length !== batch.length) throw new Error(`a batch of ${batch.length} got ${items.length} results`);
  if (!isRepeat) phone.checkins += batch.length;
}

import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { z } from 'zod';
import { type EncryptedRecording, encryptRecording, newRecordingKey } from '../../../docs/client/recording-envelope.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import type { Recording } from './recordings.ts';
import type { CheckinPlan, JournalPlan, PhoneStory } from './story.ts';

/** What a phone knows it has sent, for comparing with what came of it. */
export type Phone = {
  story: PhoneStory;
  api: ApiClient;
  /** Epoch milliseconds at which the first check-in's 201 arrived. */
  firstCheckinAt: number;
  checkins: number;
  journals: { id: string; plan: JournalPlan }[];
};

export type World = { apiUrl: string; mailToken(email: string): Promise<string>; recordings: readonly Recording[] };

const Tokens = z.object({ accessToken: z.string() });
/** Every simulated person's. */
export const PASSWORD = 'a long walk by the sea';

/** Registers, proves its address, signs in and makes its push token known. */
export async function setUpPhone(story: PhoneStory, world: World): Promise<Phone> {
  const api = apiClient(world.apiUrl, story.timeZone);
  await api.expect([202], 'POST', '/v1/auth/register', {
    email: story.email,
    password: PASSWORD,
    timeZone: story.timeZone,
    languagePreference: story.language,
    encryptionKeySalt: Buffer.from(story.email.padEnd(16, '.')).subarray(0, 16).toString('base64'),
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
  return { story, api, firstCheckinAt: 0, checkins: 0, journals: [] };
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

const Created = z.object({
  journal: z.object({ id: z.string() }),
  upload: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }),
});

/** Records, uploads and completes. */
export async function recordJournal(
  phone: Phone,
  plan: JournalPlan,
  world: World,
  reused?: ReusedKey,
): Promise<ReusedKey> {
  const { id, used } = await uploadJournal(phone, plan, world, reused);
  await completeJournal(phone, id);
  return used;
}

export async function completeJournal({ api }: Phone, id: string): Promise<void> {
  await api.expect([202], 'POST', `/v1/journals/${id}/complete`, {});
}

/** Encrypts real speech, declares and uploads it, or does one of these badly on purpose. */
export async function uploadJournal(
  phone: Phone,
  plan: JournalPlan,
  world: World,
  reused?: ReusedKey,
): Promise<{ id: string; used: ReusedKey }> {
  const recording = world.recordings[plan.recordingIndex % world.recordings.length];
  if (!recording) throw new Error('there are no recordings');
  const key = plan.misbehaviour === 'reused_iv' && reused ? reused.key : await newRecordingKey();
  const keyId = plan.misbehaviour === 'reused_iv' && reused ? reused.keyId : randomUUID();
  const version = plan.misbehaviour === 'reused_iv' && reused ? reused.version : plan.envelopeVersion;
  const iv = plan.misbehaviour === 'reused_iv' && reused ? Buffer.from(reused.iv, 'base64') : undefined;
  const sealed = await encryptRecording(recording.bytes, key, version, iv);
  const sent = misbehave(sealed, recording, plan);

  const created = await phone.api.expect(
    [201],
    'POST',
    '/v1/journals',
    declare(plan, recording, sent, version, keyId),
    {
      'Idempotency-Key': randomUUID(),
    },
  );
  const { journal, upload } = Created.parse(created.body);
  phone.journals.push({ id: journal.id, plan });
  if (plan.misbehaviour === 'cut_off') await cutOffUpload(upload.url, upload.headers, sent.object);
  else await put(upload.url, upload.headers, sent.object);
  return { id: journal.id, used: { key, keyId, version, iv: sealed.iv } };
}

export type ReusedKey = { key: CryptoKey; keyId: string; version: 1 | 2 | 3; iv: string };

function misbehave(sealed: EncryptedRecording, recording: Recording, plan: JournalPlan): EncryptedRecording {
  if (plan.misbehaviour === 'plaintext') {
    // Padded to the declared size, so that nothing but its content gives it away.
    const object = new Uint8Array(sealed.object.length);
    object.set(recording.bytes);
    return { ...sealed, object };
  }
  if (plan.misbehaviour === 'wrong_checksum') return { ...sealed, checksum: Buffer.alloc(32, 7).toString('base64') };
  return sealed;
}

const declare = (
  plan: JournalPlan,
  recording: Recording,
  sent: EncryptedRecording,
  version: 1 | 2 | 3,
  keyId: string,
) => ({
  title: plan.title,
  recordedAt: plan.recordedAt,
  timeZone: 'Europe/Berlin',
  durationSeconds: recording.durationSeconds,
  audio: {
    format: recording.format,
    sampleRate: recording.sampleRate,
    bitRate: recording.bitRate,
    channels: recording.channels,
    fileSize: sent.fileSize,
    checksum: sent.checksum,
    envelope: { version, algorithm: 'AES-256-GCM', iv: sent.iv, keyId },
  },
});

async function put(url: string, headers: Record<string, string>, object: Uint8Array): Promise<void> {
  const response = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(object) });
  if (!response.ok) throw new Error(`the upload answered ${response.status}: ${await response.text()}`);
}

/** Loses its connection half-way, and thinks it had finished. */
function cutOffUpload(url: string, headers: Record<string, string>, object: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const upload = request(url, { method: 'PUT', headers: { ...headers, 'Content-Length': object.length } });
    upload.on('error', () => {});
    upload.once('close', () => resolve());
    upload.write(object.subarray(0, Math.floor(object.length / 2)), () => upload.destroy());
  });
}

import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { z } from 'zod';
import { type Api, declaration, recordJournal as recordAsTheApp } from '../../../docs/client/journals.ts';
import {
  type EncryptedRecording,
  type EnvelopeVersion,
  encryptRecording,
} from '../../../docs/client/recording-envelope.ts';
import { newKeyId, recordingKey } from '../../../docs/client/recording-key.ts';
import { type Upload, type UploadedPart, uploadObject } from '../../../docs/client/upload.ts';
import type { Phone, World } from './phone.ts';
import type { Recording } from './recordings.ts';
import type { JournalPlan } from './story.ts';

/** Records, uploads and completes: as the app does it, or badly on purpose. Gives the journal's id. */
export async function recordJournal(phone: Phone, plan: JournalPlan, world: World, earlier?: string): Promise<string> {
  if (plan.misbehaviour === null) {
    const id = await recordAsTheApp(
      apiOf(phone),
      phone.vault,
      recordingOf(plan, world),
      detailsOf(plan),
      plan.envelopeVersion,
    );
    phone.journals.push({ id, plan });
    return id;
  }
  const { id, parts } = await uploadJournal(phone, plan, world, earlier);
  await completeJournal(phone, id, parts);
  return id;
}

export async function completeJournal({ api }: Phone, id: string, parts?: UploadedPart[]): Promise<void> {
  await api.expect([202], 'POST', `/v1/journals/${id}/complete`, parts ? { parts } : {});
}

/**
 * Everything up to the completion, step by step, so that it can wait, or go wrong.
 *
 * @param earlier the journal whose key and IV a misbehaving phone uses again
 */
export async function uploadJournal(
  phone: Phone,
  plan: JournalPlan,
  world: World,
  earlier?: string,
): Promise<{ id: string; parts: UploadedPart[] | undefined }> {
  const recording = recordingOf(plan, world);
  const reused = plan.misbehaviour === 'reused_iv' && earlier ? await envelopeOf(phone, earlier) : undefined;
  const { version, keyId } = reused ?? { version: plan.envelopeVersion, keyId: newKeyId() };
  const iv = reused && Buffer.from(reused.iv, 'base64');
  const sealed = await encryptRecording(recording.bytes, await recordingKey(phone.vault, keyId), version, iv);
  const sent = misbehave(sealed, recording, plan);

  const body = { ...detailsOf(plan), ...(await declaration(recording, sent, { version, keyId })) };
  const headers = { 'Idempotency-Key': randomUUID() };
  const answer = (await phone.api.expect([201], 'POST', '/v1/journals', body, headers)).body;
  const { journal, upload } = answer as { journal: { id: string }; upload: Upload };
  phone.journals.push({ id: journal.id, plan });
  if (plan.misbehaviour !== 'cut_off')
    return { id: journal.id, parts: await uploadObject(upload, sent.object, async () => upload) };
  if (upload.method === 'PUT') await cutOffUpload(upload.url, upload.headers, sent.object);
  return { id: journal.id, parts: undefined };
}

/** The app's way to the API, as the reference client takes it. */
const apiOf =
  ({ api }: Phone): Api =>
  (method, path, { body, headers } = {}) =>
    api.expect([200, 201, 202, 204], method, path, body, headers);

function recordingOf({ recordingIndex }: JournalPlan, { recordings }: World): Recording {
  const recording = recordings[recordingIndex % recordings.length];
  if (!recording) throw new Error('there are no recordings');
  return recording;
}

const detailsOf = ({ title, recordedAt }: JournalPlan) => ({ title, recordedAt, timeZone: 'Europe/Berlin' });

const Enveloped = z.object({
  audio: z.object({
    envelope: z.object({
      version: z.literal([1, 2, 3]) satisfies z.ZodType<EnvelopeVersion>,
      iv: z.string(),
      keyId: z.string(),
    }),
  }),
});

const envelopeOf = async ({ api }: Phone, id: string) =>
  Enveloped.parse((await api.expect([200], 'GET', `/v1/journals/${id}`)).body).audio.envelope;

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

/** Loses its connection half-way, and thinks it had finished. */
function cutOffUpload(url: string, headers: Record<string, string>, object: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const upload = request(url, { method: 'PUT', headers: { ...headers, 'Content-Length': object.length } });
    upload.on('error', () => {});
    upload.once('close', () => resolve());
    upload.write(object.subarray(0, Math.floor(object.length / 2)), () => upload.destroy());
  });
}

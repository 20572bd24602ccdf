import { fromBase64Url, toBase64Url } from './bytes.ts';
import type { Vault } from './key-bundle.ts';
import {
  decryptRecording,
  type EncryptedRecording,
  type EnvelopeVersion,
  encryptRecording,
  importRecordingKey,
} from './recording-envelope.ts';
import { newKeyId, recordingKey } from './recording-key.ts';
import { partChecksums, type Upload, uploadObject } from './upload.ts';

/** The app's own way to the API, signed in: JSON in and out; it throws on anything but a 2xx. */
export type Api = (
  method: string,
  path: string,
  options?: { body?: unknown; headers?: Record<string, string> },
) => Promise<{ body: unknown }>;

/** What the app knows of a recording: its bytes as the encoder wrote them, and how it was recorded. */
export type Recording = {
  bytes: Uint8Array;
  durationSeconds: number;
  format: string;
  sampleRate: number;
  bitRate: number;
  channels: number;
};

/** What goes with it; everything the API takes beside `durationSeconds` and `audio`. */
export type JournalDetails = { recordedAt: string; timeZone: string; title?: string } & Record<string, unknown>;

type Playable = { url: string; envelope: { version: EnvelopeVersion; iv: string; keyId: string } };

/** Encrypts, declares, uploads and completes. Gives back the journal's id; its verdict follows. */
export async function recordJournal(
  api: Api,
  vault: Vault,
  recording: Recording,
  details: JournalDetails,
  version: EnvelopeVersion = 3,
): Promise<string> {
  const keyId = newKeyId();
  const sealed = await encryptRecording(recording.bytes, await recordingKey(vault, keyId), version);
  const { body } = await api('POST', '/v1/journals', {
    body: { ...details, ...(await declaration(recording, sealed, { version, keyId })) },
    headers: { 'Idempotency-Key': keyId },
  });
  const { journal, upload } = body as { journal: { id: string }; upload: Upload };
  const renew = async () => ((await api('GET', `/v1/journals/${journal.id}/upload`)).body as { upload: Upload }).upload;
  const parts = await uploadObject(upload, sealed.object, renew);
  await api('POST', `/v1/journals/${journal.id}/complete`, { body: parts ? { parts } : {} });
  return journal.id;
}

/** `durationSeconds` and `audio` as `POST /v1/journals` takes them. */
export async function declaration(
  { durationSeconds, format, sampleRate, bitRate, channels }: Recording,
  { fileSize, checksum, iv, object }: EncryptedRecording,
  { version, keyId }: { version: EnvelopeVersion; keyId: string },
) {
  const checksums = await partChecksums(object);
  return {
    durationSeconds,
    audio: {
      format,
      sampleRate,
      bitRate,
      channels,
      fileSize,
      checksum,
      ...(checksums ? { partChecksums: checksums } : {}),
      envelope: { version, algorithm: 'AES-256-GCM', iv, keyId },
    },
  };
}

/** Fetches and opens a recording. Throws (`OperationError`) where the object is not what was recorded. */
export async function playJournal(api: Api, vault: Vault, id: string): Promise<Uint8Array> {
  const { body } = await api('GET', `/v1/journals/${id}/audio`);
  const playable = body as Playable;
  return decryptRecording(
    await download(playable.url),
    await recordingKey(vault, playable.envelope.keyId),
    playable.envelope,
  );
}

/** A link that opens this one recording. The key is in the fragment, which no server ever sees. */
export async function shareJournal(
  api: Api,
  vault: Vault,
  { id, keyId }: { id: string; keyId: string },
  limits: { hours: number; maxDownloads: number },
): Promise<string> {
  const { body } = await api('POST', `/v1/journals/${id}/shares`, { body: limits });
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', await recordingKey(vault, keyId)));
  return `${(body as { url: string }).url}#${toBase64Url(raw)}`;
}

/** Opens a shared link, without an account. */
export async function playShared(link: string): Promise<Uint8Array> {
  const [url = '', fragment = ''] = link.split('#');
  const { url: object, envelope } = (await (await succeeded(fetch(url))).json()) as Playable;
  return decryptRecording(await download(object), await importRecordingKey(fromBase64Url(fragment)), envelope);
}

const download = async (url: string): Promise<Uint8Array> =>
  new Uint8Array(await (await succeeded(fetch(url))).arrayBuffer());

async function succeeded(answer: Promise<Response>): Promise<Response> {
  const response = await answer;
  if (!response.ok) throw new Error(`the recording answered ${response.status}`);
  return response;
}

import { copyOf, toBase64 } from './bytes.ts';

/** Where `POST /v1/journals` says the object goes: at once, or, over 32 MiB, in parts. */
export type Upload =
  | { method: 'PUT'; url: string; headers: Record<string, string>; expiresAt: string }
  | {
      method: 'MULTIPART';
      partSize: number;
      /** What is still to be sent. */
      parts: { number: number; url: string; headers: Record<string, string> }[];
      /** What is there already. */
      uploaded: UploadedPart[];
      expiresAt: string;
    };

export type UploadedPart = { number: number; etag: string };

const SINGLE_BYTES = 32 * 1_024 * 1_024;
const PART_BYTES = 16 * 1_024 * 1_024;

/** What to declare as `audio.partChecksums`; `undefined` for an object that is sent at once. */
export async function partChecksums(object: Uint8Array): Promise<string[] | undefined> {
  if (object.length <= SINGLE_BYTES) return undefined;
  const checksums: string[] = [];
  for (let at = 0; at < object.length; at += PART_BYTES) {
    const part = copyOf(object.subarray(at, at + PART_BYTES));
    checksums.push(toBase64(new Uint8Array(await crypto.subtle.digest('SHA-256', part))));
  }
  return checksums;
}

/**
 * Uploads the object. The parts, where there are any, are what `complete` has to be told.
 *
 * @param renew asks `GET /v1/journals/{id}/upload`: called when addresses have run out, which they do after 15 minutes
 */
export async function uploadObject(
  upload: Upload,
  object: Uint8Array,
  renew: () => Promise<Upload>,
): Promise<UploadedPart[] | undefined> {
  let current = upload;
  for (let left = Number.POSITIVE_INFINITY; ; ) {
    const sent = await send(current, object);
    if (sent !== 'expired') return sent;
    current = await renew();
    const toSend = current.method === 'PUT' ? 1 : current.parts.length;
    // Time did not run out: what is sent is not what was declared.
    if (toSend >= left) throw new Error('fresh addresses for the upload were refused as well');
    left = toSend;
  }
}

async function send(upload: Upload, object: Uint8Array): Promise<UploadedPart[] | undefined | 'expired'> {
  if (upload.method === 'PUT') {
    return (await put(upload.url, upload.headers, object)) ? undefined : 'expired';
  }
  const sent = [...upload.uploaded];
  for (const { number, url, headers } of upload.parts) {
    const part = object.subarray((number - 1) * upload.partSize, number * upload.partSize);
    const answer = await put(url, headers, part);
    if (!answer) return 'expired';
    sent.push({ number, etag: answer.headers.get('etag') ?? '' });
  }
  return sent;
}

/** `null` where the address is not good any more. What was cut off is sent again; what arrived of it counts for nothing. */
async function put(url: string, headers: Record<string, string>, bytes: Uint8Array): Promise<Response | null> {
  const request = { method: 'PUT', headers: withoutLength(headers) };
  for (let tries = 3; ; tries -= 1) {
    const response = await fetch(url, { ...request, body: copyOf(bytes) }).catch((error: unknown) => {
      if (tries <= 1) throw error;
      return null;
    });
    if (response?.ok) return response;
    if (response?.status === 403) return null;
    if (response && (response.status < 500 || tries <= 1)) throw new Error(`the upload answered ${response.status}`);
  }
}

/** `fetch` writes the length itself; where the bytes have another than was declared, the signature refuses them. */
function withoutLength(headers: Record<string, string>): Headers {
  const kept = new Headers(headers);
  kept.delete('Content-Length');
  return kept;
}

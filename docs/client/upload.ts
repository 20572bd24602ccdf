import { copyOf, toBase64 } from './bytes.ts';

/** Where `POST /v1/journals` says the object goes: at once, or, over 32 MiB, in parts. */
export type Upload =
  | { method: 'PUT'; url: string; headers: Record<string, string>; expiresAt: string }
  | {
      method: 'MULTIPART';
      partSize: number;
      parts: { number: number; url: string; headers: Record<string, string> }[];
      expiresAt: string;
    };

export type UploadedPart = { number: number; etag: string };

/** Uploads the object. The parts, where there are any, are what `complete` has to be told. */
export async function uploadObject(upload: Upload, object: Uint8Array): Promise<UploadedPart[] | undefined> {
  if (upload.method === 'PUT') {
    await put(upload.url, upload.headers, object);
    return undefined;
  }
  const sent: UploadedPart[] = [];
  for (const { number, url, headers } of upload.parts) {
    const part = copyOf(object.subarray((number - 1) * upload.partSize, number * upload.partSize));
    const digest = toBase64(new Uint8Array(await crypto.subtle.digest('SHA-256', part)));
    const answer = await put(url, { ...headers, 'x-amz-checksum-sha256': digest }, part);
    sent.push({ number, etag: answer.headers.get('etag') ?? '' });
  }
  return sent;
}

/** A part that was cut off is sent again; what arrived before counts for nothing. */
async function put(url: string, headers: Record<string, string>, bytes: Uint8Array): Promise<Response> {
  for (let tries = 3; ; tries -= 1) {
    const response = await fetch(url, { method: 'PUT', headers, body: copyOf(bytes) }).catch((error: unknown) => {
      if (tries <= 1) throw error;
      return null;
    });
    if (response?.ok) return response;
    if (response && (response.status < 500 || tries <= 1)) throw new Error(`the upload answered ${response.status}`);
  }
}

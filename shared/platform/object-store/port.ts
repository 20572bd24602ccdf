import type { Readable } from 'node:stream';

/**
 * Where ciphertext rests. Keys are ours, never the client's; every read may be pinned to one version.
 * Everything here fails with an `AppError`: permanent `object_missing` (404) or `object_store_denied` (403), throttled
 * `object_store_throttled`, transient `object_store_unavailable`. What `signal` called off fails with the signal's reason.
 */
export type ObjectStore = {
  /** Size and version of the newest object at `key`; `null` where there is none. */
  head(key: string, signal?: AbortSignal): Promise<StoredObject | null>;
  /** Streams `key` from byte `from` on (default 0), pinned to `versionId`; the stream breaks off with the same errors. */
  read(key: string, options?: { versionId?: string; from?: number; signal?: AbortSignal }): Promise<Readable>;
  /** A presigned single PUT of exactly `size` bytes, valid for `expiresInSeconds` (≤ 900). */
  presignPut(
    key: string,
    options: { size: number; contentType: string; expiresInSeconds: number },
  ): Promise<PresignedUpload>;
  /** A presigned GET, pinned to `versionId`, valid for `expiresInSeconds` (≤ 900). */
  presignGet(key: string, options: { versionId?: string; expiresInSeconds: number }): Promise<string>;
  /** Deletes every version and marker of exactly `key` (not of keys it is a prefix of), then proves that the list is empty. */
  deleteAllVersions(key: string, signal?: AbortSignal): Promise<{ versionsDeleted: number }>;
  /** Fails when the bucket cannot be reached or does not exist. */
  check(): Promise<void>;
  close(): void;
};

export type StoredObject = { size: number; versionId: string | undefined; etag: string | undefined };
export type PresignedUpload = { method: 'PUT'; url: string; headers: Record<string, string> };

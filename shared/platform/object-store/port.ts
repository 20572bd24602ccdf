/**
 * Where ciphertext rests. Keys are ours, never the client's; every read may be pinned to one version.
 * Everything here fails with an `AppError`: permanent `object_missing` (404) or `object_store_denied` (403), throttled
 * `object_store_throttled`, transient `object_store_unavailable`. What `signal` called off fails with the signal's reason.
 */
export type ObjectStore = MultipartUploads &
  ObjectListing & {
    /** Begins to read `key` from byte `from` on (default 0): the newest version, or `versionId`. The bytes break off with the same errors. */
    read(key: string, options?: { versionId?: string; from?: number; signal?: AbortSignal }): Promise<ObjectReading>;
    /** Stores bytes of our own making, all at once, as the newest version of `key`. */
    write(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
    /** A presigned single PUT of exactly `size` bytes, valid for `expiresInSeconds` (≤ 900). */
    presignPut(
      key: string,
      options: { size: number; contentType: string; expiresInSeconds: number },
    ): Promise<PresignedUpload>;
    /** A presigned GET, pinned to `versionId`, valid for `expiresInSeconds` (≤ 900). */
    presignGet(key: string, options: { versionId?: string; expiresInSeconds: number }): Promise<string>;
    /** Deletes every version and marker of exactly `key` (not of keys it is a prefix of), then proves that the list is empty. */
    deleteAllVersions(key: string, signal?: AbortSignal): Promise<{ versionsDeleted: number }>;
    /** The same, but `versionId` stays: what was uploaded before and after it goes. */
    deleteOtherVersions(key: string, versionId: string, signal?: AbortSignal): Promise<{ versionsDeleted: number }>;
    /** Fails when the bucket cannot be reached or does not exist. */
    check(): Promise<void>;
    close(): void;
  };

/** Objects too large for one request are uploaded in parts of at least 5 MiB (the last may be smaller), numbered from 1. */
export type MultipartUploads = {
  /** Begins an upload and gives its id. `checksummed`: every part must then be signed with its SHA-256. */
  beginMultipart(key: string, options: { contentType: string; checksummed: boolean }): Promise<string>;
  /** A presigned PUT of exactly `size` bytes with this SHA-256 (base64), valid for `expiresInSeconds` (≤ 900). */
  presignPart(
    key: string,
    part: { uploadId: string; number: number; size: number; sha256?: string; expiresInSeconds: number },
  ): Promise<PresignedPart>;
  /** The parts that are there, in their order. Throws permanent `object_missing` where there is no such upload. */
  uploadedParts(key: string, uploadId: string, signal?: AbortSignal): Promise<{ number: number; etag: string }[]>;
  /**
   * Makes one object of the parts named. Throws permanent `upload_incomplete` where one is missing or has another ETag
   * than was named, `object_missing` where there is no such upload: it was completed or aborted before.
   */
  completeMultipart(
    key: string,
    upload: { uploadId: string; parts: readonly UploadedPart[]; signal?: AbortSignal },
  ): Promise<void>;
  /** Forgets the upload and its parts; does nothing where there is none. */
  abortMultipart(key: string, uploadId: string, signal?: AbortSignal): Promise<void>;
};

/** What lies under a prefix, in the order of keys. */
export type ObjectListing = {
  /** Every key with any version or marker, once; from just behind the key `after` on. */
  keys(prefix: string, options?: { after?: string; signal?: AbortSignal }): AsyncIterable<ListedKey>;
  /** Uploads in parts that were neither completed nor aborted. */
  multiparts(
    prefix: string,
    signal?: AbortSignal,
  ): AsyncIterable<{ key: string; uploadId: string; begunAt: Temporal.Instant }>;
};

/** When anything was last written at the key, and the versions there are: none where there are only markers. */
export type ListedKey = { key: string; modifiedAt: Temporal.Instant; versions: readonly string[] };
export type PresignedPart = { number: number; url: string; headers: Record<string, string> };
export type UploadedPart = { number: number; etag?: string; sha256?: string };
/** A version that is being read, `size` as a whole, and its bytes; they hold a connection until they are iterated to an end, or left. */
export type ObjectReading = {
  size: number;
  versionId: string | undefined;
  bytes: AsyncIterable<Buffer>;
};
export type PresignedUpload = { method: 'PUT'; url: string; headers: Record<string, string> };

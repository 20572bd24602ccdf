import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Transaction } from '../platform/database/database.ts';
import type { ExportId, UserId } from '../platform/ids.ts';
import type { UserCipher } from '../privacy/index.ts';
import type { ZipEntry } from './zip-layout.ts';

/** `object` names the recording whose bytes are the entry; the texts of the others are in pieces, sealed. */
export type ExportEntry = ZipEntry & { number: number; sha256: Buffer; object: StoredRecording | null };
type StoredRecording = { key: string; versionId: string | undefined };

/** Characters of text in a piece: what is held at a time, sealing or opening one, stays around a megabyte. */
const PIECE_CHARS = 256 * 1024;

/** What the export has so far, in order. */
export async function listEntries(tx: Transaction, id: ExportId): Promise<ExportEntry[]> {
  const rows = await tx.query<EntryRow>(LIST, [id]);
  return rows.map(({ bytes, crc, objectKey, objectVersion, ...row }) => ({
    ...row,
    bytes: Number(bytes),
    crc32: Number(crc),
    object: objectKey === null ? null : { key: objectKey, versionId: objectVersion ?? undefined },
  }));
}

type EntryRow = {
  number: number;
  path: string;
  bytes: string;
  crc: string;
  sha256: Buffer;
  objectKey: string | null;
  objectVersion: string | null;
};

const LIST = `
  select number, path, bytes, crc32 as crc, sha256, object_key as "objectKey", object_version as "objectVersion"
  from export_entry where export_id = $1 order by number`;

export type Place = { exportId: ExportId; userId: UserId; number: number; path: string };

/** Adds a file of texts: all of it or, where the transaction fails, nothing. */
export async function addTextEntry(
  tx: Transaction,
  cipher: UserCipher,
  place: Place,
  texts: AsyncIterable<string>,
): Promise<void> {
  const digest = createHash('sha256');
  let [crc, bytes, pieces, waiting] = [0, 0, 0, ''];
  const flush = async () => {
    const body = Buffer.from(waiting);
    digest.update(body);
    crc = crc32(body, crc);
    bytes += body.length;
    pieces += 1;
    const sealed = cipher.seal('export_piece.body', waiting);
    waiting = '';
    await tx.query(ADD_PIECE, [place.exportId, place.number, pieces, place.userId, body.length, sealed]);
  };
  for await (const text of texts) {
    waiting += text;
    if (waiting.length >= PIECE_CHARS) await flush();
  }
  if (waiting !== '') await flush();
  await addEntry(tx, place, { bytes, crc32: crc, sha256: digest.digest(), object: null });
}

const ADD_PIECE = `
  insert into export_piece (export_id, entry_number, number, user_id, bytes, body_sealed) values ($1, $2, $3, $4, $5, $6)`;

export async function addEntry(
  tx: Transaction,
  { exportId, userId, number, path }: Place,
  { bytes, crc32: crc, sha256, object }: Pick<ExportEntry, 'bytes' | 'crc32' | 'sha256' | 'object'>,
): Promise<void> {
  const values = [exportId, number, userId, path, bytes, crc, sha256, object?.key ?? null, object?.versionId ?? null];
  await tx.query(ADD_ENTRY, values);
}

const ADD_ENTRY = `
  insert into export_entry (export_id, number, user_id, path, bytes, crc32, sha256, object_key, object_version)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

/** The pieces of a file of texts: how long each is. */
export const listPieces = (tx: Transaction, id: ExportId, entry: number) =>
  tx.query<{ number: number; bytes: number }>(
    'select number, bytes from export_piece where export_id = $1 and entry_number = $2 order by number',
    [id, entry],
  );

/** One piece, opened; `null` where the export is gone by now. */
export async function readPiece(
  tx: Transaction,
  cipher: UserCipher,
  id: ExportId,
  { entry, number }: { entry: number; number: number },
): Promise<Buffer | null> {
  const [row] = await tx.query<{ sealed: Buffer }>(READ_PIECE, [id, entry, number]);
  return row ? Buffer.from(cipher.open('export_piece.body', row.sealed)) : null;
}

const READ_PIECE = `
  select body_sealed as sealed from export_piece where export_id = $1 and entry_number = $2 and number = $3`;

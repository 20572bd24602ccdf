import { PassThrough, pipeline, type Readable } from 'node:stream';
import { z } from 'zod';
import type { Deps } from '../../../shared/compose.ts';
import {
  archiveBytes,
  byteRange,
  findExport,
  isLinkLive,
  linkOwner,
  listEntries,
  redeemLink,
  zipLayout,
} from '../../../shared/exports/index.ts';
import { notFound } from '../../../shared/platform/errors.ts';
import { ExportId } from '../../../shared/platform/ids.ts';
import { defineRoute } from '../../route.ts';

export const getExportFile = defineRoute(
  {
    method: 'GET',
    path: '/exports/{id}/file',
    summary: 'Download an export',
    description:
      'At the address of `POST /v1/exports/{id}/link`, once; a HEAD does not count. Takes `Range`, and `If-Range` with the `ETag`.',
    tag: 'accounts',
    who: 'anyone',
    params: z.object({ id: ExportId }),
    // In the query, which no log has.
    query: z.object({ token: z.string().regex(/^[\w-]{64}$/) }),
    headers: z.object({ range: z.string().optional(), 'if-range': z.string().optional() }),
    streams: { type: 'application/zip', description: 'A ZIP archive, its entries stored.', ranges: true },
  },
  async ({ deps, params: { id }, query: { token }, header, clock, headersOnly }) => {
    const found = await exportBehind(deps, id, token, { now: clock.now(), headersOnly });
    if (!found) throw notFound('export');
    const { userId, entries, createdAt } = found;
    const layout = zipLayout(entries, createdAt);
    const etag = `"${id}"`;
    const range = (header('If-Range') ?? etag) === etag ? byteRange(header('Range'), layout.size) : null;
    const { from, to } = range ?? { from: 0, to: layout.size };
    const cipher = await deps.userKeys.cipherOf(userId);
    const sources = { database: deps.database, store: deps.objectStore, cipher, userId, exportId: id };
    return {
      status: range ? 206 : 200,
      headers: {
        'Accept-Ranges': 'bytes',
        'Content-Disposition': `attachment; filename="amira-${createdAt.toString().slice(0, 10)}.zip"`,
        'Content-Length': String(to - from),
        ETag: etag,
        ...(range ? { 'Content-Range': `bytes ${from}-${to - 1}/${layout.size}` } : {}),
      },
      stream: () => streamed((signal) => archiveBytes({ ...sources, signal }, entries, layout, { from, to })),
    };
  },
);

/** Told by the signal when its reader has gone: a generator that is waiting would hear of it with the next byte only. */
function streamed(bytes: (signal: AbortSignal) => AsyncIterable<Buffer>): Readable {
  const gone = new AbortController();
  const stream = new PassThrough();
  stream.once('close', () => gone.abort());
  // Whatever fails destroys the stream, which tells whoever sends it.
  pipeline(bytes(gone.signal), stream, () => {});
  return stream;
}

/** What the token opens, and uses it up; `null` for whatever does not fit. */
async function exportBehind(
  { database }: Pick<Deps, 'database'>,
  id: ExportId,
  token: string,
  { now, headersOnly }: { now: Temporal.Instant; headersOnly: boolean },
) {
  const userId = linkOwner(token);
  if (userId === null) return null;
  return database.transaction({ userId }, async (tx) => {
    const isGood = await (headersOnly ? isLinkLive : redeemLink)(tx, id, token, now);
    const made = isGood ? await findExport(tx, id, now) : null;
    return made && { userId, createdAt: made.createdAt, entries: await listEntries(tx, id) };
  });
}

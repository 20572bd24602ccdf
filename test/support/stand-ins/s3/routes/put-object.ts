import type { Answer, Context, Route } from '../answer.ts';
import { type ReceivedBody, receiveBody } from '../body.ts';
import { checksumHeaders, keptHeaders, versionIdHeader } from '../object-headers.ts';
import { writeCondition } from '../preconditions.ts';
import type { S3Request } from '../request.ts';

export const putObject: Route = async (request, context): Promise<Answer> => {
  const { store, clock } = context;
  const bucket = store.buckets.named(request.bucket);
  const condition = writeCondition(request);
  const headers = keptHeaders(request);
  // Also before the body is sent, to spare it; what counts is the check in `add`.
  store.versions.check(bucket.name, request.key, condition);
  const { blob, body } = await receiveBlob(request, context);
  try {
    const version = await store.versions.add(
      store.buckets.named(request.bucket),
      {
        key: request.key,
        size: body.size,
        etag: body.md5,
        lastModified: clock.now().toString(),
        segments: [{ blob, size: body.size }],
        headers,
        ...(body.checksum ? { checksum: { ...body.checksum, type: 'FULL_OBJECT' } } : {}),
      },
      condition,
    );
    return {
      status: 200,
      headers: { etag: `"${version.etag}"`, ...versionIdHeader(version, bucket), ...checksumHeaders(version) },
    };
  } catch (error) {
    await store.blobs.delete(blob);
    throw error;
  }
};

/** Streams the body into a new blob, which exists only if everything about the body was right. */
export async function receiveBlob(
  request: S3Request,
  { store }: Context,
): Promise<{ blob: string; body: ReceivedBody }> {
  const writer = await store.blobs.create();
  try {
    const body = await receiveBody(request, writer);
    return { blob: await writer.commit(), body };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

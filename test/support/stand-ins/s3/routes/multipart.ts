import { type Answer, type Context, type Route, xmlAnswer } from '../answer.ts';
import { isChecksumAlgorithm } from '../checksums.ts';
import { notImplemented, s3Error } from '../errors.ts';
import { keptHeaders } from '../object-headers.ts';
import { invalid } from '../paging.ts';
import type { Upload } from '../records.ts';
import type { S3Request } from '../request.ts';
import { s3Namespace, xmlDocument } from '../xml.ts';
import { receiveBlob } from './put-object.ts';

export const createMultipartUpload: Route = async (request, { store, clock }): Promise<Answer> => {
  store.buckets.named(request.bucket);
  if (request.header('x-amz-checksum-type')?.toUpperCase() === 'FULL_OBJECT')
    throw notImplemented('x-amz-checksum-type');
  const algorithm = request.header('x-amz-checksum-algorithm')?.toLowerCase();
  if (algorithm !== undefined && !isChecksumAlgorithm(algorithm))
    throw s3Error('InvalidRequest', { message: 'Checksum algorithm provided is unsupported.' });
  const upload = await store.uploads.begin({
    bucket: request.bucket,
    key: request.key,
    initiated: clock.now().toString(),
    headers: keptHeaders(request),
    ...(algorithm ? { algorithm } : {}),
  });
  const result = { Bucket: request.bucket, Key: request.key, UploadId: upload.id };
  return xmlAnswer(xmlDocument('InitiateMultipartUploadResult', result, s3Namespace), {
    'x-amz-checksum-algorithm': algorithm?.toUpperCase(),
    'x-amz-checksum-type': algorithm && 'COMPOSITE',
  });
};

export const uploadPart: Route = async (request, context): Promise<Answer> => {
  const { store, clock } = context;
  const upload = uploadOf(request, context);
  const number = partNumberOf(request);
  const { blob, body } = await receiveBlob(request, context);
  try {
    if (upload.algorithm !== undefined && body.checksum?.algorithm !== upload.algorithm)
      throw s3Error('InvalidRequest', {
        message: `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm}, actual checksum Type: ${body.checksum?.algorithm ?? 'null'}`,
      });
    await store.uploads.addPart(request.bucket, request.key, {
      uploadId: upload.id,
      number,
      size: body.size,
      etag: body.md5,
      blob,
      lastModified: clock.now().toString(),
      ...(body.checksum ? { checksum: body.checksum } : {}),
    });
  } catch (error) {
    await store.blobs.delete(blob);
    throw error;
  }
  const checksum = body.checksum && { [`x-amz-checksum-${body.checksum.algorithm}`]: body.checksum.value };
  return { status: 200, headers: { etag: `"${body.md5}"`, ...checksum } };
};

export const abortMultipartUpload: Route = async (request, context): Promise<Answer> => {
  await context.store.uploads.end(uploadOf(request, context), new Set());
  return { status: 204 };
};

/** The upload a request names. Throws `NoSuchUpload`. */
export function uploadOf(request: S3Request, { store }: Context): Upload {
  store.buckets.named(request.bucket);
  return store.uploads.named(request.bucket, request.key, request.query.get('uploadId') ?? '');
}

function partNumberOf(request: S3Request): number {
  const text = request.query.get('partNumber') ?? '';
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= 10_000) return number;
  throw invalid('partNumber', text, 'Part number must be an integer between 1 and 10000, inclusive');
}

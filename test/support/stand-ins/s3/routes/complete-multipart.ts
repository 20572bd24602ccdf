import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Answer, type Route, xmlAnswer } from '../answer.ts';
import { receiveText } from '../body.ts';
import { checksumOf } from '../checksums.ts';
import { s3Error } from '../errors.ts';
import { versionIdHeader } from '../object-headers.ts';
import { unquoted, writeCondition } from '../preconditions.ts';
import type { Part, Upload, Version } from '../records.ts';
import { parseXml, s3Namespace, xmlDocument } from '../xml.ts';
import { uploadOf } from './multipart.ts';

/** Makes one object of the parts named, in their order. The parts' bytes are not copied: the object is the list of them. */
export const completeMultipartUpload: Route = async (request, context): Promise<Answer> => {
  const { store, clock } = context;
  const upload = uploadOf(request, context);
  const { CompleteMultipartUpload: wanted } = parseXml(await receiveText(request, 8 * 1024 ** 2), CompleteRequest, [
    'Part',
  ]);
  const parts = chosenParts(wanted.Part, store.uploads.parts(upload.id), upload);
  const bucket = store.buckets.named(request.bucket);
  const checksum = compositeChecksum(upload, parts);
  const version = await store.versions.add(
    bucket,
    {
      key: upload.key,
      size: parts.reduce((sum, { size }) => sum + size, 0),
      etag: compositeEtag(parts),
      lastModified: clock.now().toString(),
      segments: parts.map(({ blob, size }) => ({ blob, size })),
      headers: upload.headers,
      ...(checksum ? { checksum } : {}),
    },
    writeCondition(request),
  );
  await store.uploads.end(upload, new Set(parts.map(({ blob }) => blob)));
  const location = `http://${request.header('host')}/${upload.bucket}/${upload.key}`;
  const result = { Location: location, Bucket: upload.bucket, Key: upload.key, ETag: `"${version.etag}"` };
  return xmlAnswer(
    xmlDocument('CompleteMultipartUploadResult', { ...result, ...checksumElements(checksum) }, s3Namespace),
    versionIdHeader(version, bucket),
  );
};

const CompleteRequest = z.object({
  CompleteMultipartUpload: z.object({
    Part: z
      .array(
        z.looseObject({
          PartNumber: z
            .string()
            .regex(/^\d{1,5}$/)
            .transform(Number),
          ETag: z.string(),
          ChecksumCRC32: z.string().optional(),
          ChecksumCRC32C: z.string().optional(),
          ChecksumCRC64NVME: z.string().optional(),
          ChecksumSHA1: z.string().optional(),
          ChecksumSHA256: z.string().optional(),
        }),
      )
      .min(1)
      .max(10_000),
  }),
});
type WantedPart = z.infer<typeof CompleteRequest>['CompleteMultipartUpload']['Part'][number];

function chosenParts(wanted: readonly WantedPart[], uploaded: readonly Part[], upload: Upload): Part[] {
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  const numbers = wanted.map(({ PartNumber }) => PartNumber);
  if (numbers.some((number, at) => number <= (numbers[at - 1] ?? 0))) throw s3Error('InvalidPartOrder');
  const parts = wanted.map((entry) => {
    const part = byNumber.get(entry.PartNumber);
    if (!part || part.etag !== unquoted(entry.ETag))
      throw s3Error('InvalidPart', {
        details: { UploadId: upload.id, PartNumber: entry.PartNumber, ETag: unquoted(entry.ETag) },
      });
    checkPartChecksum(entry, part, upload);
    return part;
  });
  const small = parts.slice(0, -1).find(({ size }) => size < smallestPart);
  if (!small) return parts;
  throw s3Error('EntityTooSmall', {
    details: { ProposedSize: small.size, MinSizeAllowed: smallestPart, PartNumber: small.number, ETag: small.etag },
  });
}

const smallestPart = 5 * 1024 ** 2;

function checkPartChecksum(entry: WantedPart, part: Part, { algorithm }: Upload) {
  if (!algorithm) return;
  const claimed = entry[`Checksum${upperCase(algorithm)}`];
  if (claimed === undefined)
    throw s3Error('InvalidRequest', {
      message: `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    });
  if (claimed !== part.checksum?.value) throw s3Error('InvalidPart', { details: { PartNumber: part.number } });
}

function compositeEtag(parts: readonly Part[]): string {
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')));
  return `${createHash('md5').update(digests).digest('hex')}-${parts.length}`;
}

function compositeChecksum({ algorithm }: Upload, parts: readonly Part[]): Version['checksum'] {
  if (!algorithm) return undefined;
  const digests = Buffer.concat(parts.map(({ checksum }) => Buffer.from(checksum?.value ?? '', 'base64')));
  const value = `${checksumOf(algorithm, digests).toString('base64')}-${parts.length}`;
  return { algorithm, value, type: 'COMPOSITE' };
}

const checksumElements = (checksum: Version['checksum']) =>
  checksum && { [`Checksum${upperCase(checksum.algorithm)}`]: checksum.value, ChecksumType: checksum.type };

const upperCase = <Name extends string>(name: Name) => name.toUpperCase() as Uppercase<Name>;

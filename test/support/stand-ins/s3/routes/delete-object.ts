import { z } from 'zod';
import { type Answer, type Context, type Route, xmlAnswer } from '../answer.ts';
import { receiveText } from '../body.ts';
import { declaredChecksum, declaredMd5 } from '../declared-digests.ts';
import { notImplemented, S3Error, s3Error } from '../errors.ts';
import { sequenceOfVersionId } from '../version-ids.ts';
import { parseXml, s3Namespace, xmlDocument } from '../xml.ts';

export const deleteObject: Route = async (request, context): Promise<Answer> => {
  if (request.header('if-match') !== undefined) throw notImplemented('If-Match');
  const outcome = await deleteOne(request.bucket, request.key, request.query.get('versionId'), context);
  return {
    status: 204,
    headers: {
      'x-amz-version-id': outcome.versionId,
      'x-amz-delete-marker': outcome.marker ? 'true' : undefined,
    },
  };
};

/** Up to 1,000 keys or versions in one request; each fares by itself. */
export const deleteObjects: Route = async (request, context): Promise<Answer> => {
  context.store.buckets.named(request.bucket);
  if (!declaredMd5(request) && !declaredChecksum(request))
    throw s3Error('InvalidRequest', { message: 'Missing required header for this request: Content-MD5' });
  const { Delete: wanted } = parseXml(await receiveText(request, 2 * 1024 ** 2), DeleteRequest, ['Object']);
  const [deleted, failed]: [Record<string, string | boolean | undefined>[], Record<string, string | undefined>[]] = [
    [],
    [],
  ];
  for (const { Key, VersionId } of wanted.Object) {
    try {
      const outcome = await deleteOne(request.bucket, Key, VersionId, context);
      deleted.push({
        Key,
        VersionId,
        DeleteMarker: outcome.marker || undefined,
        DeleteMarkerVersionId: outcome.marker ? outcome.versionId : undefined,
      });
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      failed.push({ Key, VersionId, Code: error.code, Message: error.message });
    }
  }
  const quiet = wanted.Quiet === 'true';
  return xmlAnswer(xmlDocument('DeleteResult', { Deleted: quiet ? undefined : deleted, Error: failed }, s3Namespace));
};

/** With a version id that version is gone for good; without one a marker hides the object. Deleting what is not there succeeds. */
async function deleteOne(bucketName: string, key: string, versionId: string | undefined, { store, clock }: Context) {
  const bucket = store.buckets.named(bucketName);
  if (versionId === undefined) {
    const marker = await store.versions.hide(bucket, key, clock.now().toString());
    return { versionId: marker?.id, marker: marker !== undefined };
  }
  sequenceOfVersionId(versionId);
  const removed = await store.versions.remove(bucket, key, versionId);
  return { versionId, marker: removed?.deleteMarker === true };
}

const DeleteRequest = z.object({
  Delete: z.object({
    Object: z
      .array(z.object({ Key: z.string().min(1), VersionId: z.string().min(1).optional() }))
      .min(1)
      .max(1000),
    Quiet: z.enum(['true', 'false']).optional(),
  }),
});

import type { Route } from '../answer.ts';
import type { Operation } from '../operations.ts';
import { createBucket, getBucketVersioning, headBucket, putBucketVersioning } from './buckets.ts';
import { completeMultipartUpload } from './complete-multipart.ts';
import { deleteObject, deleteObjects } from './delete-object.ts';
import { getObject } from './get-object.ts';
import { listMultipartUploads, listParts } from './list-multipart.ts';
import { listObjectsV2 } from './list-objects.ts';
import { listObjectVersions } from './list-versions.ts';
import { abortMultipartUpload, createMultipartUpload, uploadPart } from './multipart.ts';
import { putObject } from './put-object.ts';

export const routes: Record<Operation, Route> = {
  AbortMultipartUpload: abortMultipartUpload,
  CompleteMultipartUpload: completeMultipartUpload,
  CreateBucket: createBucket,
  CreateMultipartUpload: createMultipartUpload,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  GetBucketVersioning: getBucketVersioning,
  GetObject: getObject,
  HeadBucket: headBucket,
  HeadObject: getObject,
  ListMultipartUploads: listMultipartUploads,
  ListObjectVersions: listObjectVersions,
  ListObjectsV2: listObjectsV2,
  ListParts: listParts,
  PutBucketVersioning: putBucketVersioning,
  PutObject: putObject,
  UploadPart: uploadPart,
};

import { z } from 'zod';
import { type Answer, type Route, xmlAnswer } from '../answer.ts';
import { receiveText } from '../body.ts';
import { s3Error } from '../errors.ts';
import { parseXml, s3Namespace, xmlDocument } from '../xml.ts';

export const createBucket: Route = async (request, { store, region }): Promise<Answer> => {
  const body = request.header('content-length') === '0' ? '' : await receiveText(request, 64 * 1024);
  const wanted =
    body === '' ? undefined : parseXml(body, CreateRequest, []).CreateBucketConfiguration.LocationConstraint;
  if (wanted !== undefined && wanted !== region)
    throw s3Error('InvalidArgument', {
      message: `The ${wanted} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    });
  await store.buckets.create(request.bucket);
  return { status: 200, headers: { location: `/${request.bucket}` } };
};

export const headBucket: Route = async (request, { store, region }): Promise<Answer> => {
  store.buckets.named(request.bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': region } };
};

export const getBucketVersioning: Route = async (request, { store }): Promise<Answer> => {
  const { versioning } = store.buckets.named(request.bucket);
  return xmlAnswer(xmlDocument('VersioningConfiguration', { Status: versioning || undefined }, s3Namespace));
};

export const putBucketVersioning: Route = async (request, { store }): Promise<Answer> => {
  store.buckets.named(request.bucket);
  const { Status } = parseXml(await receiveText(request, 64 * 1024), VersioningRequest, []).VersioningConfiguration;
  if (!Status) throw s3Error('IllegalVersioningConfigurationException');
  await store.buckets.setVersioning(request.bucket, Status);
  return { status: 200 };
};

const CreateRequest = z.object({ CreateBucketConfiguration: z.object({ LocationConstraint: z.string().optional() }) });
const VersioningRequest = z.object({
  VersioningConfiguration: z.object({ Status: z.enum(['Enabled', 'Suspended']).optional() }),
});

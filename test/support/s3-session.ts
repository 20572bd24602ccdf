import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { type ManualClock, manualClock } from '../../shared/platform/clock.ts';
import { type S3StandIn, type S3StandInOptions, startS3StandIn } from './stand-ins/s3/index.ts';

export const bucket = 'amira-test';
export const identity = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret-of-the-tests', region: 'eu-central-1' };

export type S3Session = { standIn: S3StandIn; client: S3Client; clock: ManualClock; stop(): Promise<void> };

/** A stand-in with one versioned bucket and the real SDK client for it. The clock stands still at the present, by which the SDK signs. */
export async function s3Session(options: Partial<S3StandInOptions> = {}): Promise<S3Session> {
  const clock = manualClock(Temporal.Now.instant());
  const standIn = await startS3StandIn({ bucket, ...identity, clock, ...options });
  const client = s3Client(standIn.url);
  return {
    standIn,
    client,
    clock,
    async stop() {
      client.destroy();
      await standIn.stop();
    },
  };
}

export const s3Client = (endpoint: string, config: S3ClientConfig = {}) =>
  new S3Client({
    endpoint,
    region: identity.region,
    credentials: identity,
    forcePathStyle: true,
    maxAttempts: 1,
    // Refusals are what the tests are about; the SDK would warn of each.
    logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {} },
    ...config,
  });

/** What an SDK call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return { code: name, status: $metadata?.httpStatusCode };
  }
  throw new Error('The call was not refused.');
}

import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { type Clock, systemClock } from '../../shared/platform/clock.ts';
import { type S3StandIn, type S3StandInOptions, startS3StandIn } from './stand-ins/s3/index.ts';

export const bucket = 'amira-test';
export const identity = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret-of-the-tests', region: 'eu-central-1' };

/** The present, by which the SDK signs, and as much later as the test wants. */
type ShiftedClock = Clock & { shift(duration: Temporal.DurationLike): void };

export type S3Session = { standIn: S3StandIn; client: S3Client; clock: ShiftedClock; stop(): Promise<void> };

/** A stand-in with one versioned bucket, the real SDK client for it, and the clock of the stand-in alone. */
export async function s3Session(options: Partial<S3StandInOptions> = {}): Promise<S3Session> {
  const clock = shiftedClock();
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

function shiftedClock(): ShiftedClock {
  let offset = Temporal.Duration.from({ seconds: 0 });
  return {
    now: () => systemClock.now().add(offset),
    shift: (duration) => {
      offset = offset.add(duration);
    },
  };
}

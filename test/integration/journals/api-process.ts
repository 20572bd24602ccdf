import { type ChildProcess, startChild } from '../../support/embedded/child-process.ts';
import { bucket, identity } from '../../support/s3-session.ts';
import type { JournalsFixture } from './journals-fixture.ts';

export type ApiProcess = ChildProcess & { url: string; opsUrl: string };

/** The api as it runs in production, on the journals' database and object store. */
export async function startApi({ api, s3 }: JournalsFixture, output: number): Promise<ApiProcess> {
  const child = await startChild({
    entry: 'api/main.ts',
    output,
    env: {
      APP_ENV: 'test',
      LOG_LEVEL: 'warn',
      SECRET_KEY: api.config.SECRET_KEY,
      DATABASE_URL: api.database.url,
      QUEUE_BACKEND: 'postgres',
      PORT: '0',
      OPS_PORT: '0',
      S3_BUCKET_NAME: bucket,
      S3_ENDPOINT: s3.standIn.url,
      AWS_REGION: identity.region,
      AWS_ACCESS_KEY_ID: identity.accessKeyId,
      AWS_SECRET_ACCESS_KEY: identity.secretAccessKey,
    },
  });
  const { port, opsPort } = child.ports;
  return { ...child, url: `http://127.0.0.1:${port}`, opsUrl: `http://127.0.0.1:${opsPort}` };
}

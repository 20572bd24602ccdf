import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../../../shared/platform/clock.ts';
import { type Faults, scriptedFaults } from './faults.ts';
import { generator } from './generator.ts';
import { bytesOf } from './routes/get-object.ts';
import { s3Server } from './server.ts';
import { openStore } from './store.ts';

export type { Fault, Faults } from './faults.ts';
export { generatedBytes } from './generated.ts';

export type S3StandInOptions = {
  /** 0, the default, for any free port. */
  port?: number;
  /** Where objects are kept; without it they live in memory. */
  directory?: string;
  /** Made at the start, with versioning enabled. */
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  /** Judges signatures and expiry, and dates what is stored. */
  clock?: Clock;
};

export type StoredVersion = {
  bucket: string;
  key: string;
  versionId: string;
  isLatest: boolean;
  deleteMarker: boolean;
  size: number;
  contentType: string | undefined;
};

export type S3StandIn = {
  /** The endpoint to give to a client, which must use path-style addresses. */
  url: string;
  port: number;
  faults: Faults;
  /** Requests that are being answered now: bodies that somebody still reads, or has left lying, among them. */
  underWay(): number;
  /** Every version and marker of the bucket made at the start, in S3's order. */
  objects(): StoredVersion[];
  /** The bytes of the newest version, or of `versionId`; `undefined` where there is none. */
  bytes(key: string, versionId?: string): Promise<Buffer | undefined>;
  /** Makes an object out of `size` bytes of `generatedBytes(seed)`, as if it had been uploaded. */
  generate(key: string, size: number, seed: string): Promise<void>;
  /** The same with the parts of an upload that was begun; gives what a phone would have been answered. */
  generateParts(
    key: string,
    uploadId: string,
    sizes: readonly number[],
    seed: string,
  ): Promise<{ number: number; etag: string }[]>;
  /** Closes every connection, also in mid-body. */
  stop(): Promise<void>;
};

/** Starts a strict Amazon S3 on loopback: what it accepts, S3 accepts; what it does not know, it refuses with 501. */
export async function startS3StandIn(options: S3StandInOptions): Promise<S3StandIn> {
  const { port = 0, bucket, accessKeyId, secretAccessKey, region, clock = systemClock } = options;
  const store = await openStore(options.directory);
  if (!store.buckets.has(bucket)) {
    await store.buckets.create(bucket);
    await store.buckets.setVersioning(bucket, 'Enabled');
  }
  const faults = scriptedFaults();
  const server = s3Server({
    identity: { accessKeyId, secretAccessKey, region },
    context: { store, clock, region },
    faults,
  });
  let underWay = 0;
  server.on('request', (_request, response) => {
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: actualPort } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${actualPort}`,
    port: actualPort,
    faults,
    underWay: () => underWay,
    objects: () =>
      store.versions.inOrder(bucket, '').map((version, at, all) => ({
        bucket,
        key: version.key,
        versionId: version.id,
        isLatest: all[at - 1]?.key !== version.key,
        deleteMarker: version.deleteMarker,
        size: version.size,
        contentType: version.headers['content-type'],
      })),
    async bytes(key, versionId) {
      const version = store.versions.of(bucket, key).find(({ id }) => versionId === undefined || id === versionId);
      if (!version || version.deleteMarker) return undefined;
      return Buffer.concat(await Array.fromAsync(bytesOf(store, version, 0, version.size)));
    },
    ...generator(store, bucket, clock),
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { bucket, identity } from '../../support/s3-session.ts';
import { startS3StandIn } from '../../support/stand-ins/s3/index.ts';

/**
 * The object store in a thread of its own, so that the reader's processor time is the reader's. It shares the cores all the same:
 * time by the clock is that of both, for every subject alike.
 */
const { objects } = z.object({ objects: z.array(z.object({ key: z.string(), size: z.int() })) }).parse(workerData);
const standIn = await startS3StandIn({ bucket, ...identity });
for (const { key, size } of objects) await standIn.generate(key, size, key);
parentPort?.postMessage(standIn.url);

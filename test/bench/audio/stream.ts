import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { recordingCap } from '../../../shared/journals/caps.ts';
import type { DeclaredRecording } from '../../../shared/journals/declared-recording.ts';
import { sha256Checksum } from '../../../shared/journals/sha256-checksum.ts';
import { createAudioJudge } from '../../../shared/journals/validation.ts';
import { stopwatch } from '../../../shared/platform/clock.ts';
import type { ObjectStore } from '../../../shared/platform/object-store/port.ts';
import { newestObject } from '../../../shared/platform/object-store/resumable.ts';
import { s3ObjectStore } from '../../../shared/platform/object-store/s3.ts';
import { bucket, identity, s3Client } from '../../support/s3-session.ts';
import { generatedBytes } from '../../support/stand-ins/s3/index.ts';

export type Subject = 'bare sha256' | 'ours without leak test' | 'ours';
/**
 * Of the median round: milliseconds by the clock, and of processor time in the reading thread, which other work on the
 * machine changes little.
 */
export type Times = { wallMs: number; cpuMs: number };
export type Measurement = {
  times: Record<Subject, Times>;
  /** Medians of what one round gave: its subjects followed each other closely, so a busy moment met all of them. */
  ratios: { oursVsBare: Times; leakAdded: Times };
};

type Target = { key: string; size: number; checksum: string };

/** Reads an object of each size from one store by turns: bare, ours without the leak test, ours. */
export async function measureStreams(
  sizes: readonly { size: number; rounds: number }[],
  onStep: (step: string) => void,
): Promise<Map<number, Measurement>> {
  const objects = sizes.map(({ size }) => ({ key: `generated${size}`, size }));
  const thread = new Worker(new URL('object-store-thread.ts', import.meta.url), { workerData: { objects } });
  const [url] = (await once(thread, 'message')) as [string];
  const { region, ...credentials } = identity;
  const store = s3ObjectStore({ bucket, region, credentials, endpoint: url });
  const client = s3Client(url, { responseChecksumValidation: 'WHEN_REQUIRED' });
  try {
    const results = new Map<number, Measurement>();
    for (const { size, rounds } of sizes) {
      onStep(`${rounds} reads each of ${size / 1e6} MB`);
      const key = `generated${size}`;
      const target = { key, size, checksum: digestOf(key, size).toString('base64') };
      results.set(size, await measure(target, rounds, { store, client }));
    }
    return results;
  } finally {
    client.destroy();
    store.close();
    await thread.terminate();
  }
}

type Access = { store: ObjectStore; client: S3Client };

async function measure(target: Target, rounds: number, access: Access): Promise<Measurement> {
  const subjects = Object.keys(SUBJECTS) as Subject[];
  const measured: Record<Subject, Times>[] = [];
  // The first round pays for connections and for code that is not compiled yet. Who begins changes with every round.
  for (let round = -1; round < rounds; round += 1) {
    const times: Partial<Record<Subject, Times>> = {};
    for (let turn = 0; turn < subjects.length; turn += 1) {
      const subject = subjects[(round + 1 + turn) % subjects.length] ?? 'ours';
      times[subject] = await timed(() => SUBJECTS[subject](target, access));
    }
    if (round >= 0) measured.push(times as Record<Subject, Times>);
  }
  const medians = (of: (round: Record<Subject, Times>) => Times): Times => ({
    wallMs: median(measured.map((round) => of(round).wallMs)),
    cpuMs: median(measured.map((round) => of(round).cpuMs)),
  });
  const quotient = (above: Subject, below: Subject, less = 0) =>
    medians((round) => ({
      wallMs: round[above].wallMs / round[below].wallMs - less,
      cpuMs: round[above].cpuMs / round[below].cpuMs - less,
    }));
  return {
    times: {
      'bare sha256': medians((round) => round['bare sha256']),
      'ours without leak test': medians((round) => round['ours without leak test']),
      ours: medians((round) => round.ours),
    },
    ratios: {
      oursVsBare: quotient('bare sha256', 'ours'),
      leakAdded: quotient('ours', 'ours without leak test', 1),
    },
  };
}

async function timed(work: () => Promise<void>): Promise<Times> {
  const elapsed = stopwatch();
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return { wallMs: elapsed(), cpuMs: (user + system) / 1_000 };
}

const SUBJECTS: Record<Subject, (target: Target, access: Access) => Promise<void>> = {
  async 'bare sha256'({ key, checksum }, { client }) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const hash = createHash('sha256');
    for await (const piece of Body as AsyncIterable<Buffer>) hash.update(piece);
    if (hash.digest('base64') !== checksum) throw new Error('Other bytes were read than are stored.');
  },
  async 'ours without leak test'({ key, checksum }, { store }) {
    const hash = sha256Checksum();
    for await (const piece of (await newestObject(store, key)).bytes) hash.update(piece);
    if (!hash.matches(checksum)) throw new Error('Other bytes were read than are stored.');
  },
  async ours({ key, size, checksum }, { store }) {
    const judge = createAudioJudge(declaredAs(size, checksum), {
      cap: recordingCap('premium'),
      checksum: sha256Checksum(),
    });
    for await (const piece of (await newestObject(store, key)).bytes) judge.push(piece);
    const verdict = judge.finish();
    if (verdict.status !== 'valid') throw new Error(`A good recording was rejected: ${verdict.reason}`);
  },
};

/** A WAV of that many bytes, long enough for one second and short enough for sixty minutes. */
const declaredAs = (size: number, checksum: string): DeclaredRecording => {
  const rate =
    size > 5_000_000
      ? { sampleRate: 44_100, channels: 2, bitRate: 1_411_200 }
      : { sampleRate: 16_000, channels: 1, bitRate: 256_000 };
  const fileSize = size - 16;
  const envelope = { version: 1, algorithm: 'AES-256-GCM', iv: 'P5EHxFriGG2zcCz4', keyId: 'key-1' } as const;
  return {
    durationSeconds: (fileSize * 8) / rate.bitRate,
    audio: { format: 'wav', ...rate, fileSize, checksum, envelope },
  };
};

function digestOf(seed: string, size: number): Buffer {
  const hash = createHash('sha256');
  for (const piece of generatedBytes(seed, 0, size)) hash.update(piece);
  return hash.digest();
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

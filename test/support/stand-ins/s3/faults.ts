import { setTimeout as pause } from 'node:timers/promises';
import type { Operation } from './operations.ts';

/**
 * One scripted misfortune.
 * - `cut`: the connection is closed after `afterBytes` bytes of the body: of the answer when reading, of the upload when writing.
 * - `slow`: the answer's body trickles at `bytesPerSecond`.
 * - `stall`: the answer's body stops after `afterBytes` bytes and the connection stays open.
 * - `hang`: the request is read and never answered.
 * - `status`: S3 answers with this error, for instance 503 `SlowDown`.
 * - `lost-answer`: the request takes effect, and the connection is closed before the answer.
 */
export type Fault = { operation: Operation; key?: string; times?: number } & Misfortune;

export type Misfortune =
  | { kind: 'cut'; afterBytes: number }
  | { kind: 'slow'; bytesPerSecond: number }
  | { kind: 'stall'; afterBytes: number }
  | { kind: 'hang' }
  | { kind: 'status'; status: number; code: string; retryAfterSeconds?: number }
  | { kind: 'lost-answer' };

export type Faults = {
  /** Befalls the next request (or the next `times`) of that operation; resolves when the first was struck. */
  next(fault: Fault): { struck: Promise<void> };
  /** How many strikes are still to come. */
  pending(): number;
  clear(): void;
};

/** The script and, for the server, what it says about the request at hand. */
export function scriptedFaults(): Faults & { take(operation: Operation, key: string): Misfortune | undefined } {
  let script: { fault: Fault; left: number; strike: () => void }[] = [];
  return {
    next(fault) {
      const { promise: struck, resolve: strike } = Promise.withResolvers<void>();
      script.push({ fault, left: fault.times ?? 1, strike });
      return { struck };
    },
    pending: () => script.reduce((sum, { left }) => sum + left, 0),
    clear() {
      script = [];
    },
    take(operation, key) {
      const entry = script.find(({ fault }) => fault.operation === operation && (fault.key ?? key) === key);
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left === 0) script = script.filter((other) => other !== entry);
      entry.strike();
      return entry.fault;
    },
  };
}

/** Thrown where a scripted cut falls; the server then closes the connection without an answer. */
export class ConnectionCut extends Error {
  override readonly name = 'ConnectionCut';
}

/** `source` until `afterBytes` bytes have passed, then a `ConnectionCut`. */
export async function* cutAfter(source: AsyncIterable<Buffer>, afterBytes: number): AsyncGenerator<Buffer> {
  let left = afterBytes;
  if (left === 0) throw new ConnectionCut();
  for await (const chunk of source) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) throw new ConnectionCut();
  }
  throw new ConnectionCut();
}

/** `source` until `afterBytes` bytes have passed, then nothing until the client leaves. */
export async function* stallAfter(source: AsyncIterable<Buffer>, afterBytes: number): AsyncGenerator<Buffer> {
  let left = afterBytes;
  for await (const chunk of source) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) break;
  }
  await new Promise<never>(() => {});
}

/** `source` at about `bytesPerSecond`, in ten pieces a second. */
export async function* trickle(source: AsyncIterable<Buffer>, bytesPerSecond: number): AsyncGenerator<Buffer> {
  const piece = Math.max(1, Math.ceil(bytesPerSecond / 10));
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += piece) {
      yield chunk.subarray(at, at + piece);
      await pause(100);
    }
  }
}

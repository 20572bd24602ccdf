import type { Hash } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';

/** Asks for an archive over a connection of its own; nothing of it is read yet. */
export function begin(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(url, { headers, agent: false }, resolve).on('error', reject);
  return promise;
}

/** Reads on until so many bytes more have come, or the end. Gives back how many did. */
export async function take(answer: IncomingMessage, bytes = Number.POSITIVE_INFINITY, hash?: Hash): Promise<number> {
  let taken = 0;
  for await (const chunk of answer.iterator({ destroyOnReturn: false })) {
    hash?.update(chunk);
    taken += chunk.length;
    if (taken >= bytes) break;
  }
  return taken;
}

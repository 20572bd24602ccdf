import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientHttp2Stream } from 'node:http2';
import { z } from 'zod';

const created = 'http2.client.stream.created';

/**
 * When FCM's side closes a connection in good order with requests still open (a front end going away), Node ends those
 * streams with `close` alone. The SDK listens for an answer or an error only, so `sendEach` would wait for ever, and the
 * outcomes of the other messages with it (firebase/firebase-admin-node#2105 is the same fault over HTTP/1). Here such a
 * stream is given the error it lacks. Returns the function that stops this.
 */
export function reportLostAnswers(): () => void {
  subscribe(created, onCreated);
  return () => void unsubscribe(created, onCreated);
}

function onCreated(message: unknown): void {
  const creation = Creation.safeParse(message);
  if (creation.success) reportIfUnanswered(creation.data.stream);
}

const Creation = z.object({
  stream: z.custom<ClientHttp2Stream>((stream) => typeof stream === 'object' && stream !== null && 'once' in stream),
  headers: z.object({ ':path': z.string().endsWith('/messages:send') }),
});

function reportIfUnanswered(stream: ClientHttp2Stream): void {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  stream.once('response', settle);
  stream.once('error', settle);
  stream.once('close', () => {
    if (!settled) stream.emit('error', Object.assign(new Error('closed without an answer'), { code: 'ECONNRESET' }));
  });
}

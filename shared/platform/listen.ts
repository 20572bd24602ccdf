import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { permanent } from './errors.ts';

/** Connections that may wait to be taken; one more is silently dropped and tries again after seconds. Node's 511 is a short flood. */
const BACKLOG = 4_096;

/** Listens on `port` (0 = any free one) of `host` (all addresses without one). Gives back the port it got. */
export async function listenOn(server: Server, port: number, host?: string): Promise<number> {
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (cause) =>
    reject(permanent('cannot_listen', `${host ? `${host}:` : 'Port '}${port} cannot be listened on.`, { cause })),
  );
  server.listen({ port, ...(host === undefined ? {} : { host }), backlog: BACKLOG }, resolve);
  await listening;
  return (server.address() as AddressInfo).port;
}

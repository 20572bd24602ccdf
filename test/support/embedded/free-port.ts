import { once } from 'node:events';
import { createServer } from 'node:net';
import type { GuardedProcess } from './guarded-process.ts';

/**
 * Starts a server on `wanted`, or on any free port when that is 0: then it tries again if somebody else binds the port
 * between our finding it and the server's binding it.
 */
export async function onPort(wanted: number, start: (port: number) => Promise<GuardedProcess>) {
  for (let attempt = 1; ; attempt += 1) {
    const port = wanted || (await freePort());
    try {
      return { port, server: await start(port) };
    } catch (error) {
      const taken = /address already in use/i.test(String(error));
      if (!taken || wanted !== 0 || attempt === 5) throw error;
    }
  }
}

/** A TCP port of the loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The loopback gave no port.');
  return address.port;
}

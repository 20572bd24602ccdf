import { once } from 'node:events';
import type { Server, Socket } from 'node:net';

export type Listener = {
  port: number;
  /** Cuts the connection that comes from `remotePort`. */
  cut(remotePort: number): void;
  /** Closes the port and cuts every open connection. */
  stop(): Promise<void>;
};

/** Listens on the loopback interface (port 0 = any) and remembers the connections, so that `stop` never waits for a client. */
export async function listenOnLoopback(server: Server, port = 0): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a stand-in listens on TCP only');
  return {
    port: address.port,
    cut: (remotePort) => {
      for (const socket of sockets) if (socket.remotePort === remotePort) socket.destroy();
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

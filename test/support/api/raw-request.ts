import { connect } from 'node:net';

/** Sends bytes as they are, as no well-behaved client would, and gives back everything the server answers. */
export function rawRequest(port: number, request: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    // What the server had to say before it hung up is the answer.
    socket.on('error', (error) => (chunks.length > 0 ? socket.destroy() : reject(error)));
  });
}

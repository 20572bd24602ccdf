import { connect } from 'node:net';
import { stopwatch } from '../../../shared/platform/clock.ts';

/** How a slow connection ended: what it was told, and after how many milliseconds. */
export type Ending = { answer: string; milliseconds: number };

const DRIP_MS = 1_000;

/** Sends `head` at once and then a `drip` a second, for as long as it is let. */
export function slowClient(port: number, { head, drip }: { head: string; drip: string }): Promise<Ending> {
  const elapsed = stopwatch();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(head));
    const dripping = setInterval(() => socket.write(drip), DRIP_MS);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A drip that meets a closed connection; the end is told by `close`.
    socket.on('error', () => {});
    socket.on('end', () => clearInterval(dripping));
    socket.on('close', () => {
      clearInterval(dripping);
      resolve({ answer: Buffer.concat(chunks).toString('latin1'), milliseconds: elapsed() });
    });
  });
}

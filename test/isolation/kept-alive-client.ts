import { Agent, type IncomingMessage, request } from 'node:http';
import type { ApiClient, Reply } from '../support/api/client.ts';

/** A client that keeps many connections open, lean enough not to be what is measured. */
export function keptAliveClient(url: string, connections: number): ApiClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  const { hostname, port } = new URL(url);
  return {
    url,
    port: Number(port),
    send: (method, path, { body, headers = {} } = {}) =>
      new Promise<Reply>((resolve, reject) => {
        const json = body === undefined ? undefined : JSON.stringify(body);
        const sent = { ...headers, ...(json === undefined ? {} : jsonHeaders(json)) };
        const call = request({ agent, hostname, port, method, path, headers: sent }, (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          if (answer.headers['content-type']?.startsWith('text/event-stream')) hearAWhile(answer);
          answer.on('close', () => {
            const text = Buffer.concat(chunks).toString();
            const pairs = Object.entries(answer.headers).map(([name, value]): [string, string] => [
              name,
              String(value),
            ]);
            resolve({ status: answer.statusCode ?? 0, headers: new Headers(pairs), body: objectOf(text), text });
          });
        });
        call.on('error', reject);
        call.end(json);
      }),
    async close() {
      agent.destroy();
    },
  };
}

/** Events have no end: what comes at first is all that is looked at. */
function hearAWhile(answer: IncomingMessage): void {
  setTimeout(() => answer.destroy(), EVENTS_MS);
}
const EVENTS_MS = 200;

const jsonHeaders = (json: string) => ({
  'Content-Type': 'application/json',
  'Content-Length': String(Buffer.byteLength(json)),
});

const objectOf = (text: string): Record<string, unknown> => (text.startsWith('{') ? JSON.parse(text) : {});

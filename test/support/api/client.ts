import type { AddressInfo } from 'node:net';
import type Koa from 'koa';
import type { ApiState } from '../../../api/context.ts';
import { createServer } from '../../../api/server.ts';

export type ApiClient = {
  url: string;
  port: number;
  /** A request with the body as JSON, unless it is text already. */
  send(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Reply>;
  close(): Promise<void>;
};

export type Reply = { status: number; headers: Headers; body: Record<string, unknown>; text: string };

/** Listens on a free port of the loopback for as long as the test needs the app. */
export async function serveApp(app: Koa<ApiState>, requestTimeoutMs = 15_000): Promise<ApiClient> {
  const server = createServer(app.callback(), requestTimeoutMs);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    send: sender(url),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Asks the API at `url`, of this process or another. */
export const sender =
  (url: string): ApiClient['send'] =>
  async (method, path, { body, headers = {} } = {}) => {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    });
    const text = await textOf(response);
    return { status: response.status, headers: response.headers, body: jsonOf(text), text };
  };

/** Of a stream of events, which has no end, what comes first. */
async function textOf(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text();
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(first?.value);
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

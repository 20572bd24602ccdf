import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { WireAnswer } from '../support/openapi/answer-problems.ts';

/** One request as it goes over the wire. `raw` is sent as it is, past every check an HTTP client makes. */
export type WireRequest = {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Buffer;
  readonly raw?: Buffer;
};

/** `null`: the connection was closed without an answer. */
export type Exchange = { readonly answer: WireAnswer | null; readonly milliseconds: number };

const GIVE_UP_MS = 20_000;

export type Wire = { send(request: WireRequest): Promise<Exchange>; close(): void };

/** Connections to the API, kept alive as phones keep theirs. */
export function openWire(port: number): Wire {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const once = async (request: WireRequest): Promise<Exchange> => {
    const start = performance.now();
    const answer = request.raw ? await sendRaw(port, request.raw) : await sendHttp(port, agent, request);
    return { answer, milliseconds: performance.now() - start };
  };
  return {
    async send(request) {
      const first = await once(request);
      // A kept connection may have been closed by the server just as we used it: that is no answer's absence.
      return first.answer ? first : once(request);
    },
    close: () => agent.destroy(),
  };
}

function sendHttp(port: number, agent: Agent, { method, target, headers, body }: WireRequest) {
  return new Promise<WireAnswer | null>((resolve, reject) => {
    const all = [['Host', `127.0.0.1:${port}`], ...headers, ...lengthOf(headers, method, body)];
    const sent = httpRequest(
      { port, host: '127.0.0.1', agent, method, path: target, headers: all.flat(), timeout: GIVE_UP_MS },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          // Such an answer has no end: what comes first is all that is looked at.
          if (response.headers['content-type']?.startsWith('text/event-stream')) response.destroy();
        });
        response.once('close', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.once('timeout', () => sent.destroy());
    sent.on('error', (error: NodeJS.ErrnoException) =>
      error.code?.startsWith('ERR_') ? reject(error) : resolve(null),
    );
    sent.end(body);
  });
}

/** As every client does: a request that has none says so, unless its method never has one. */
const lengthOf = (headers: WireRequest['headers'], method: string, body: Buffer | undefined): [string, string][] =>
  (body === undefined && BODILESS.has(method)) || headers.some(([name]) => name.toLowerCase() === 'content-length')
    ? []
    : [['Content-Length', String(body?.length ?? 0)]];

const BODILESS = new Set(['GET', 'HEAD', 'OPTIONS']);

function sendRaw(port: number, bytes: Buffer): Promise<WireAnswer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(bytes));
    socket.setTimeout(GIVE_UP_MS, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (chunk.includes('text/event-stream')) socket.end();
    });
    socket.on('error', () => {});
    socket.once('close', () => resolve(parsed(Buffer.concat(chunks))));
  });
}

/** The last answer of a connection: one `Connection: close` ends it, and a `100 Continue` may come before. */
function parsed(bytes: Buffer): WireAnswer | null {
  const text = bytes.toString().replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '');
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, Math.max(0, end)).split('\r\n');
  const [, status] = /^HTTP\/1\.\d (\d{3})/.exec(statusLine) ?? [];
  if (status === undefined) return null;
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(status), headers, text: dechunked(text.slice(end + 4), headers) };
}

function dechunked(body: string, headers: Record<string, string>): string {
  if (headers['transfer-encoding'] !== 'chunked') return body;
  let rest = Buffer.from(body);
  const parts: Buffer[] = [];
  for (;;) {
    const lineEnd = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.subarray(0, lineEnd).toString(), 16);
    if (lineEnd < 0 || !size) return Buffer.concat(parts).toString();
    parts.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    rest = rest.subarray(lineEnd + 4 + size);
  }
}

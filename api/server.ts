import { createServer as createHttpServer, type RequestListener, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { newId } from '../shared/platform/ids.ts';
import { problem } from './middleware/problem-details.ts';
import { PROBLEMS, type ProblemCode } from './problems.ts';

/**
 * An HTTP server that a slow or broken client cannot hold on to.
 *
 * @param requestTimeoutMs for the whole request to arrive
 */
export function createServer(listener: RequestListener, requestTimeoutMs: number): Server {
  const server = createHttpServer(
    {
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeoutMs),
      requestTimeout: requestTimeoutMs,
      // Longer than load balancers keep idle connections, so that it is never we who close one just being used.
      keepAliveTimeout: 75_000,
      // How often the time-outs above are looked at; the default of 30 s would treble them.
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    listener,
  );
  return (
    server
      .on('clientError', refuseBrokenRequest)
      // Otherwise Node closes the connection without a word: this is no proxy.
      .on('connect', (_request, socket) => refuse(socket, 'bad_request'))
      // What we cannot expect of ourselves we may do without (RFC 9110, 10.1.1); Node's own answer has no body.
      .on('checkExpectation', listener)
  );
}

const HEADERS_TIMEOUT_MS = 10_000;
const MAX_HEADER_BYTES = 16 * 1024;

/** What is not HTTP never reaches the app, so its answer is written here. */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  refuse(socket, REFUSALS[error.code ?? ''] ?? 'bad_request');
}

function refuse(socket: Duplex, code: ProblemCode): void {
  const { status } = PROBLEMS[code];
  const requestId = newId();
  const body = JSON.stringify(problem({ code, instance: '', requestId }));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${requestId}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const REFUSALS: Record<string, ProblemCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

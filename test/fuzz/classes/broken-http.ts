import fc from 'fast-check';
import type { Operation } from '../../support/openapi/operations.ts';
import type { Actor } from '../actor.ts';
import type { WireRequest } from '../wire.ts';

/** What an HTTP client would refuse to send. */
export type Breach = {
  readonly method: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly version: string;
  readonly lines: readonly string[];
  readonly body: string;
};

const METHODS = ['GET', 'get', 'POST', 'FOO', 'G(T', 'PRI', 'OPTIONS', 'CONNECT', 'A'.repeat(300)];
const PREFIXES = ['/', 'http://evil.example', 'http://127.0.0.1', '//evil.example', '*', '/..', '\\', '/%', 'v1'];
const SUFFIXES = [
  ' ',
  '\x01',
  '\u00ff',
  '/',
  '//',
  '/.',
  '#x',
  '?',
  '?%',
  `?${'a'.repeat(20_000)}`,
  '\t',
  '"<>',
  '/%00',
];
const VERSIONS = ['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/9.9', 'HTTPS/1.1', 'http/1.1', ''];
const LINES = [
  ...['Host: a\r\nHost: b', 'Host: evil.example', 'Host: [::1', 'Host:', 'Host: a b', 'Host: \u00ff'],
  ...['Authorization: Bearer a\r\nAuthorization: Bearer b', 'Authorization : Bearer a', 'Authorization: Bearer a\0'],
  ...[
    'Content-Length: 5\r\nTransfer-Encoding: chunked',
    'Content-Length: 0\r\nContent-Length: 1',
    'Content-Length: -1',
  ],
  ...[
    'Content-Length: 1e3',
    'Content-Length: 99999999999999999999',
    'Transfer-Encoding: gzip',
    'Transfer-Encoding: chunked, chunked',
  ],
  ...[
    'Transfer-Encoding:\x0bchunked',
    'Transfer-Encoding: xchunked',
    'X: a\r\n b',
    'X: \x01',
    'X-Request-Id: \x1b[31m',
    'X\0: a',
    ': a',
    'X',
    'X Y: a',
    'X: a\nY: b',
  ],
  ...[
    `X: ${'a'.repeat(20_000)}`,
    `X: ${'a'.repeat(70_000)}`,
    Array.from({ length: 1_500 }, (_, at) => `X-${at}: a`).join('\r\n'),
  ],
  ...[
    'Expect: 100-continue',
    'Expect: the-unexpected',
    'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings',
    'Upgrade: websocket\r\nConnection: Upgrade',
  ],
  ...[
    'Content-Type: application/json\r\nContent-Type: text/plain',
    'Connection: close, Authorization',
    'TE: trailers',
    'Trailer: Authorization',
  ],
  ...[
    'Idempotency-Key: a\r\nIdempotency-Key: b',
    'X-Request-Id: a\r\nX-Request-Id: b',
    'Prefer: wait=0\r\nPrefer: wait=1',
  ],
];
const CHUNKED = 'Content-Type: application/json\r\nTransfer-Encoding: chunked';
const BODIES = [
  '',
  '',
  '0\r\n\r\n',
  '2\r\n{}\r\n0\r\n\r\n',
  'zz\r\n',
  '-1\r\n{}\r\n',
  'ffffffffffffffffff\r\n{}',
  '2;a=b\r\n{}\r\n0\r\nX: y\r\n\r\n',
];

/** Mostly one thing at a time: the first that a parser trips over hides the others. */
const seldom = (usual: string, others: readonly string[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

export const breaches: fc.Arbitrary<Breach> = fc.record({
  method: seldom('', METHODS),
  prefix: seldom('', PREFIXES),
  suffix: seldom('', SUFFIXES),
  version: seldom('HTTP/1.1', VERSIONS),
  lines: fc.oneof(
    fc.constant([]),
    fc.constantFrom(...LINES, CHUNKED).map((line) => [line]),
    fc.subarray([...LINES, CHUNKED], { maxLength: 2 }),
  ),
  body: fc.constantFrom(...BODIES),
});

/** Bytes for a connection of their own. Whatever they mean, the connection is to be closed after the answer. */
export function breached({ method, path }: Operation, breach: Breach, actor: Actor): WireRequest {
  const target = `${breach.prefix}${path.replaceAll(/\{\w+\}/g, 'x')}${breach.suffix}`;
  const ownHost = breach.lines.some((line) => line.startsWith('Host')) ? [] : ['Host: 127.0.0.1'];
  const head = [
    `${breach.method || method} ${target} ${breach.version}`,
    ...ownHost,
    `Authorization: Bearer ${actor.accessToken}`,
    ...breach.lines,
    'Connection: close',
  ];
  // A body that was announced and does not come is waited for; slow clients have tests of their own.
  const announced = breach.lines.some((line) => /Transfer-Encoding|Content-Length/i.test(line));
  const body = announced ? `${breach.body}${'x'.repeat(10)}\r\n0\r\n\r\n` : '';
  const raw = Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1');
  return { method: breach.method || method, target, headers: [], raw };
}

import { expect, it } from '@jest/globals';
import { rawRequest } from '../../../support/api/raw-request.ts';
import { until } from '../../../support/until.ts';
import { realProcess } from './real-process.ts';

const api = realProcess();

/** A line that was never written by us, and what a terminal would obey: CSI in both its forms, OSC, BEL, DEL. */
const FORGED = '\r\n{"level":"critical","message":"forged"}\r\n';
const ANSI = ['\u001b[2J', '\u009b2J', '\u001b]0;owned\u0007', '\u007f', '\u2028'];
const HOSTILE = [FORGED, ...ANSI, '\u0085', '\0'];

/** The places of a request that may end up in a line. Headers cannot hold CR, LF or NUL: that is not HTTP. */
const inHeaders = ANSI.flatMap((text) =>
  ['X-Request-Id', 'User-Agent', 'traceparent', 'Idempotency-Key', 'Authorization', 'X-Forwarded-For'].map((name) =>
    request('GET', '/v1/me', `${name}: ${text}`),
  ),
);
const inPaths = HOSTILE.map((text) =>
  request('GET', `/v1/me${encodeURIComponent(text)}?q=${encodeURIComponent(text)}`),
);
const inBodies = HOSTILE.flatMap((text) => [
  post('/v1/auth/login', {
    email: `a${text}@x.org`,
    password: text,
    device: { deviceId: text, name: text, platform: text },
  }),
  post('/v1/auth/refresh', { refreshToken: text, [text]: text }),
]);
const tries = [...inHeaders, ...inPaths, ...inBodies];

it(`a line break or ANSI in a value that is logged is escaped in the log of the process (${tries.length} tries)`, async () => {
  let reachedTheApp = 0;
  for (const bytes of tries) {
    const answer = await rawRequest(api.port, bytes);
    expect(answer).toMatch(/^HTTP\/1.1 4\d\d /);
    // ESC, BEL and DEL in a header are not HTTP: those are answered before there is a path.
    if (!answer.includes('"instance":""')) reachedTheApp += 1;
  }
  await until('every request is in the log', () => accessLines().length === reachedTheApp);
  for (const line of api.log().trimEnd().split('\n')) {
    expect(line).toMatch(/^[\x20-\x7e\xa0-\xff]+$/);
    expect(JSON.parse(line)).not.toMatchObject({ message: 'forged' });
  }
});

const accessLines = () =>
  api
    .log()
    .split('\n')
    .filter((line) => line.includes('"message":"Request"'));

function request(method: string, path: string, ...headers: string[]): Buffer {
  return Buffer.from([`${method} ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers, '', ''].join('\r\n'));
}

function post(path: string, body: object): Buffer {
  const text = JSON.stringify(body);
  const head = request('POST', path, 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`);
  return Buffer.concat([head, Buffer.from(text)]);
}

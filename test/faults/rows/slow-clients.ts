import { setTimeout as pause } from 'node:timers/promises';
import { rawRequest } from '../../support/api/raw-request.ts';
import { type ApiSystem, startApiSystem } from '../support/api-system.ts';
import { percentile } from '../support/percentile.ts';
import { type Ending, slowClient } from '../support/slow-client.ts';
import { faultRow } from './row.ts';

const CLOSED_MS = 12_000;
/** The whole request has 15 s, looked at once a second. */
const BODY_CLOSED_MS = 17_000;
/** What a machine that does a whole test run beside may add to anything. */
const LATE_MS = { small: 5_000, full: 0 };
/** Such a machine delays the slowest of any reads: there the median is held, on one of its own the p99. */
const SHARE = { small: 0.5, full: 0.99 };
const SLACK_MS = { small: 60, full: 0 };

const HEADERS = { head: 'GET /v1/me HTTP/1.1\r\nHost: x\r\n', drip: 'X-Slow: 1\r\n' };
const BODY = {
  head: 'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{',
  drip: ' ',
};
const LONG = `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(65 * 1024)}\r\n\r\n`;
const AMBIGUOUS =
  'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';

/** Connections that hold on and say next to nothing, while everybody else goes on reading. */
export const slowClients = faultRow('slow-clients', 'slow clients', async ({ size, holds, measure }) => {
  const connections = size === 'small' ? 100 : 1_000;
  const system = await startApiSystem();
  try {
    await readsFor(system, size === 'small' ? 1_000 : 2_000);
    const unloaded = await readsFor(system, size === 'small' ? 2_000 : 12_000);

    const readers = system.readers();
    const [headers, bodies, broken] = await Promise.all([
      all(connections, () => slowClient(system.port, HEADERS)),
      all(connections / 10, () => slowClient(system.port, BODY)),
      all(connections / 10, () => brokenAnswers(system.port)),
    ]);
    const besieged = await readers.stop();

    holds('slow headers are closed within 12 s', slowest(headers) <= CLOSED_MS + LATE_MS[size]);
    holds('slow headers are told 408', headers.every(isTimeout));
    holds('slow bodies are closed within 17 s', slowest(bodies) <= BODY_CLOSED_MS + LATE_MS[size]);
    holds('slow bodies are told 408', bodies.every(isTimeout));
    holds('headers of 65 KB are 431, a length with chunks is 400', broken.flat().every(Boolean));
    const [before, meanwhile] = [percentile(unloaded, SHARE[size]), percentile(besieged, SHARE[size])];
    holds(`the p${SHARE[size] * 100} of the others stays under twice`, meanwhile < 2 * before + SLACK_MS[size]);
    measure('connections', connections);
    measure('slowest headers closed after ms', slowest(headers));
    measure('slowest body closed after ms', slowest(bodies));
    measure('p99 ms of the others, unloaded', percentile(unloaded, 0.99));
    measure('p99 ms of the others, meanwhile', percentile(besieged, 0.99));
  } finally {
    await system.close();
  }
});

const BATCH = 25;

/** Opened over some time, as strangers would; a thousand connects in one turn would be a delay of our own making. */
async function all<Result>(count: number, open: () => Promise<Result>): Promise<Result[]> {
  const opened: Promise<Result>[] = [];
  while (opened.length < count) {
    for (let n = 0; n < BATCH && opened.length < count; n += 1) opened.push(open());
    await pause(50);
  }
  return Promise.all(opened);
}

async function brokenAnswers(port: number): Promise<boolean[]> {
  const [long, ambiguous] = [await rawRequest(port, LONG), await rawRequest(port, AMBIGUOUS)];
  return [long.startsWith('HTTP/1.1 431 '), ambiguous.startsWith('HTTP/1.1 400 ')];
}

async function readsFor(system: ApiSystem, milliseconds: number): Promise<number[]> {
  const readers = system.readers();
  await pause(milliseconds);
  return readers.stop();
}

const slowest = (endings: readonly Ending[]): number => Math.max(...endings.map(({ milliseconds }) => milliseconds));
const isTimeout = ({ answer }: Ending): boolean => answer.startsWith('HTTP/1.1 408 ');

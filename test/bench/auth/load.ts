import { Agent, request } from 'node:http';
import { stopwatch } from '../../../shared/platform/clock.ts';

export type Call = { port: number; path: string; headers?: Record<string, string>; body?: string };

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Milliseconds of one call, from before it is sent to the last byte of its answer, which must be a success. */
function timedCall({ port, path, headers, body }: Call): Promise<number> {
  const elapsed = stopwatch();
  return new Promise((resolve, reject) => {
    const options = { port, path, agent, method: body === undefined ? 'GET' : 'POST', headers: { ...headers } };
    if (body !== undefined)
      Object.assign(options.headers, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
    request(options, (response) => {
      response.resume().once('end', () => {
        if (response.statusCode === 200) resolve(elapsed());
        else reject(new Error(`${path} answered ${response.statusCode}.`));
      });
    })
      .on('error', reject)
      .end(body);
  });
}

/** Calls one after another. */
export async function inTurn(count: number, call: (n: number) => Call): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) times.push(await timedCall(call(n)));
  return times;
}

/** Calls of several clients, each one after another, for some time. Gives back how many a second were answered. */
export async function perSecond(milliseconds: number, clients: number, call: (n: number) => Call): Promise<number> {
  const elapsed = stopwatch();
  let begun = 0;
  let answered = 0;
  const client = async () => {
    for (; elapsed() < milliseconds; answered += 1) await timedCall(call(begun++));
  };
  await Promise.all(Array.from({ length: clients }, client));
  return answered / (elapsed() / 1_000);
}

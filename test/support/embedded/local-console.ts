import { createServer } from 'node:http';
import type { FcmStandIn } from '../stand-ins/fcm/index.ts';
import { jsonListener } from '../stand-ins/json-http.ts';
import { listenOnLoopback } from '../stand-ins/listener.ts';
import type { SmtpStandIn } from '../stand-ins/smtp/index.ts';
import type { ChildProcess } from './child-process.ts';

export type LocalConsole = { url: string; stop(): Promise<void> };

/** What the api process asks us for: captured mails and pushes, and the metrics of the worker processes. */
export async function startLocalConsole(parts: {
  fcm: FcmStandIn | undefined;
  smtp: SmtpStandIn | undefined;
  workers: () => readonly ChildProcess[];
}): Promise<LocalConsole> {
  const server = createServer(
    jsonListener(async ({ url }) => {
      switch (url.pathname) {
        case '/mails':
          return { status: 200, body: parts.smtp?.mails(filter('to', url)) ?? [] };
        case '/pushes':
          return { status: 200, body: parts.fcm?.pushes(filter('token', url)) ?? [] };
        case '/metrics':
          return { status: 200, body: await workerMetrics(parts.workers()) };
        default:
          return { status: 404, body: { error: 'no such route' } };
      }
    }),
  );
  const { port, stop } = await listenOnLoopback(server, 0);
  return { url: `http://127.0.0.1:${port}`, stop };
}

const filter = <Name extends string>(name: Name, url: URL): Partial<Record<Name, string>> => {
  const value = url.searchParams.get(name);
  return value === null ? {} : ({ [name]: value } as Partial<Record<Name, string>>);
};

/** One registry per worker; one that is just ending is left out. */
async function workerMetrics(workers: readonly ChildProcess[]): Promise<unknown[]> {
  const answers = await Promise.allSettled(
    workers.map(async ({ ports }) => (await fetch(`http://127.0.0.1:${ports.opsPort}/metrics.json`)).json()),
  );
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value as unknown] : []));
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** An answer of a stand-in's plain HTTP side. */
export type JsonAnswer = { status: number; body: unknown };
export type JsonRequest = { method: string; url: URL; headers: IncomingMessage['headers']; body: string };

/** Turns a function of the whole request into a listener of Node's HTTP server; a throw becomes 400 with its message. */
export const jsonListener =
  (answer: (request: JsonRequest) => Promise<JsonAnswer> | JsonAnswer) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    void respond(answer, request, response);
  };

async function respond(
  answer: (request: JsonRequest) => Promise<JsonAnswer> | JsonAnswer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  const given = { method: request.method ?? 'GET', url, headers: request.headers };
  try {
    const { status, body } = await answer({ ...given, body: await text(request) });
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
  } catch (error) {
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: String(error) }));
  }
}

import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../../../shared/platform/clock.ts';
import type { S3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import type { Store } from './store.ts';
import { xmlDocument } from './xml.ts';

/** What a route answers: at most one of `xml` and `bytes`. */
export type Answer = {
  status: number;
  headers?: Record<string, string | undefined>;
  xml?: string;
  bytes?: AsyncIterable<Buffer>;
};

export type Context = { store: Store; clock: Clock; region: string };
export type Route = (request: S3Request, context: Context) => Promise<Answer>;

export const xmlAnswer = (xml: string, headers: Answer['headers'] = {}): Answer => ({ status: 200, headers, xml });

export const errorAnswer = (error: S3Error, resource: string, requestId: string): Answer => ({
  status: error.status,
  headers: error.headers,
  xml: xmlDocument('Error', {
    Code: error.code,
    Message: error.message,
    ...error.details,
    Resource: resource,
    RequestId: requestId,
    HostId: requestId,
  }),
});

/** Writes the answer; to a HEAD request never a body, which is why the SDK can only say `NotFound` there. */
export async function send(response: ServerResponse, answer: Answer, head: boolean): Promise<void> {
  for (const [name, value] of Object.entries(answer.headers ?? {}))
    if (value !== undefined) response.setHeader(name, value);
  response.statusCode = answer.status;
  if (answer.bytes && !head) return pipeline(Readable.from(answer.bytes), response);
  if (answer.xml !== undefined) {
    response.setHeader('content-type', 'application/xml');
    if (!head) response.setHeader('content-length', Buffer.byteLength(answer.xml));
  }
  response.end(head ? undefined : answer.xml);
}

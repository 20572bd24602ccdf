import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Answer, type Context, errorAnswer, send } from './answer.ts';
import { httpDate } from './dates.ts';
import { S3Error, s3Error } from './errors.ts';
import { ConnectionCut, cutAfter, type Misfortune, type scriptedFaults, stallAfter, trickle } from './faults.ts';
import type { Operation } from './operations.ts';
import { addressOf, requestOf, wireRequestOf } from './request.ts';
import { routes } from './routes/index.ts';
import { authenticate, type Identity } from './signature.ts';
import { xmlDocument } from './xml.ts';

export type ServerOptions = { identity: Identity; context: Context; faults: ReturnType<typeof scriptedFaults> };

/** The HTTP side: proves the signature, finds the route, lets scripted faults strike, writes the answer. Never listens. */
export function s3Server({ identity, context, faults }: ServerOptions): Server {
  // Longer than a client keeps its side, so that none writes into a connection that is just being closed.
  const server = createServer({ keepAliveTimeout: 60_000 }, handle);
  // A client that waits for `100 Continue` gets it only when its body is wanted, or else its refusal.
  server.on('checkContinue', handle);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable && error.code === 'HPE_INVALID_EOF_STATE') socket.end(incompleteBody(), () => socket.destroy());
    else socket.destroy();
  });
  return server;

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomBytes(8).toString('hex').toUpperCase();
    const head = incoming.method === 'HEAD';
    response.setHeader('x-amz-request-id', requestId);
    response.setHeader('server', 'AmazonS3');
    response.setHeader('date', httpDate(context.clock.now()));
    try {
      const answer = await answerTo(incoming, response);
      if (answer) await send(response, answer, head);
      else incoming.resume();
    } catch (error) {
      if (response.headersSent || isConnectionLoss(error)) incoming.socket.destroy();
      else await send(response, errorAnswer(asS3Error(error), incoming.url?.split('?')[0] ?? '/', requestId), head);
    }
  }

  /** `undefined`: no answer, ever. */
  async function answerTo(incoming: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> {
    const wire = wireRequestOf(incoming);
    const proof = authenticate(wire, identity, context.clock.now());
    const address = addressOf(wire);
    const fault = faults.take(address.operation, address.key);
    if (fault?.kind === 'hang') return undefined;
    if (fault?.kind === 'status') throw scriptedError(fault);
    const cutsUpload = fault?.kind === 'cut' && uploads.has(address.operation);
    const request = requestOf(wire, address, proof, () => {
      const bytes = bodyOf(incoming, response);
      return cutsUpload ? cutAfter(bytes, fault.afterBytes) : bytes;
    });
    const answer = await routes[address.operation](request, context);
    if (fault?.kind === 'lost-answer') throw new ConnectionCut();
    return fault && !cutsUpload ? spoiled(answer, fault) : answer;
  }
}

const uploads: ReadonlySet<Operation> = new Set(['PutObject', 'UploadPart']);

async function* bodyOf(incoming: IncomingMessage, response: ServerResponse): AsyncGenerator<Buffer> {
  if (incoming.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
  // Left open on an early end: the refusal still has to go out over this connection.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) yield chunk;
}

function spoiled(answer: Answer, fault: Misfortune): Answer {
  const { xml, ...rest } = answer;
  const bytes = answer.bytes ?? single(Buffer.from(xml ?? ''));
  const headers = answer.bytes
    ? {}
    : { 'content-type': 'application/xml', 'content-length': String(Buffer.byteLength(xml ?? '')) };
  const whole = { ...rest, headers: { ...answer.headers, ...headers } };
  if (fault.kind === 'cut') return { ...whole, bytes: cutAfter(bytes, fault.afterBytes) };
  if (fault.kind === 'stall') return { ...whole, bytes: stallAfter(bytes, fault.afterBytes) };
  if (fault.kind === 'slow') return { ...whole, bytes: trickle(bytes, fault.bytesPerSecond) };
  return answer;
}

async function* single(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk;
}

function scriptedError(fault: Misfortune & { kind: 'status' }): S3Error {
  const headers = fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
  return new S3Error(fault.code, fault.status, 'A scripted fault of the stand-in.', { headers });
}

const isConnectionLoss = (error: unknown) =>
  error instanceof ConnectionCut || ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'EPIPE'].includes(errorCode(error));

const errorCode = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

const asS3Error = (error: unknown) =>
  error instanceof S3Error ? error : s3Error('InternalError', { details: { Cause: String(error) } });

/** Written straight to the socket: Node has given up on a request whose connection ended in the middle of its body. */
function incompleteBody(): string {
  const { code, status, message } = s3Error('IncompleteBody');
  const xml = xmlDocument('Error', { Code: code, Message: message });
  return `HTTP/1.1 ${status} Bad Request\r\ncontent-type: application/xml\r\ncontent-length: ${Buffer.byteLength(xml)}\r\nconnection: close\r\n\r\n${xml}`;
}

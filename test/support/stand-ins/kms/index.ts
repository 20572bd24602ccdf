import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Clock, systemClock } from '../../../../shared/platform/clock.ts';
import { listenOnLoopback } from '../listener.ts';
import { sha256Hex } from '../s3/canonical.ts';
import { wireRequestOf } from '../s3/request.ts';
import { authenticate, type Identity } from '../s3/signature.ts';
import { kmsRefusal, refusalOf } from './errors.ts';
import { createKeys, type Keys } from './keys.ts';
import { OPERATIONS, type Operation, perform } from './operations.ts';

/** `error`: this refusal instead of an answer; `hang`: no answer; `reset`: the connection is closed before one. */
export type Fault = { operation: Operation; times?: number } & (
  | { kind: 'error'; code: string; status: number }
  | { kind: 'hang' | 'reset' }
);

export type KmsStandIn = {
  /** The endpoint to give to a client. */
  url: string;
  keys: Keys;
  /** How often each operation was asked for, refusals included. */
  asked: Readonly<Record<Operation, number>>;
  /** Befalls the next request (or the next `times`) of that operation. */
  fail(fault: Fault): void;
  stop(): Promise<void>;
};

/** Starts a strict AWS KMS on loopback: signatures, encryption contexts and key ids are checked; what it does not know, it refuses. */
export async function startKmsStandIn({
  clock = systemClock,
  ...identity
}: Omit<Identity, 'service'> & { clock?: Clock }): Promise<KmsStandIn> {
  const keys = createKeys(identity.region);
  const asked = { Encrypt: 0, Decrypt: 0, GenerateDataKey: 0 };
  const script: { fault: Fault; left: number }[] = [];

  const server = createServer((request, response) => void answer(request, response));
  const listener = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${listener.port}`,
    keys,
    asked,
    fail: (fault) => void script.push({ fault, left: fault.times ?? 1 }),
    stop: listener.stop,
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await buffer(request);
      const proof = authenticate(wireRequestOf(request), { ...identity, service: 'kms' }, clock.now());
      if (proof.payloadHash !== sha256Hex(body)) throw kmsRefusal('InvalidSignatureException', 'The body is another.');
      const operation = operationOf(request);
      asked[operation] += 1;
      const fault = take(operation);
      if (fault?.kind === 'hang') return;
      if (fault?.kind === 'reset') return void request.socket.destroy();
      if (fault?.kind === 'error') throw kmsRefusal(fault.code, 'A scripted fault of the stand-in.', fault.status);
      send(response, 200, perform(operation, JSON.parse(body.toString()), keys));
    } catch (error) {
      const { code, status, message } = refusalOf(error);
      send(response, status, { __type: code, message });
    }
  }

  function take(operation: Operation): Fault | undefined {
    const entry = script.find(({ fault, left }) => fault.operation === operation && left > 0);
    if (entry) entry.left -= 1;
    return entry?.fault;
  }
}

/** The JSON 1.1 protocol of AWS: one path, and the operation in a header. */
function operationOf({ method, url, headers }: IncomingMessage): Operation {
  const target = String(headers['x-amz-target'] ?? '');
  const operation = OPERATIONS.find((name) => target === `TrentService.${name}`);
  if (method !== 'POST' || url !== '/' || headers['content-type'] !== CONTENT_TYPE || !operation)
    throw kmsRefusal('UnknownOperationException', `${method} ${url} ${target}`);
  return operation;
}

const CONTENT_TYPE = 'application/x-amz-json-1.1';

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': CONTENT_TYPE }).end(JSON.stringify(body));
}

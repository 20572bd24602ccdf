import { randomUUID } from 'node:crypto';
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../../../shared/platform/clock.ts';
import type { RecentCaptures } from '../recent-captures.ts';
import type { AccessTokens } from './access-tokens.ts';
import { type Answer, json, wordedAnswer } from './answers.ts';
import type { Fault, FaultScripts } from './faults.ts';
import { googleError } from './google-error.ts';
import { type Message, readSendRequest } from './message.ts';

/** `token` is the address the push went to (a registration token or an installation id); `at` is ISO 8601 in UTC. */
export type CapturedPush = { token: string; message: Message; outcome: string; at: string };

type Sends = {
  projectId: string;
  tokens: AccessTokens;
  faults: FaultScripts;
  captures: RecentCaptures<CapturedPush>;
  clock: Clock;
};

/** Serves `POST /v1/projects/{project}/messages:send`, one HTTP/2 stream a message. */
export const sendsHandler =
  (sends: Sends) =>
  (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void => {
    // A client that resets its stream is no fault of the stand-in's.
    stream.on('error', () => {});
    void serve(sends, stream, headers).catch(() => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  };

async function serve(sends: Sends, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
  const body = await text(stream);
  const refusal = refusedBeforeReading(sends, headers);
  if (refusal) return reply(stream, refusal);
  const request = readSendRequest(body);
  if (!request.ok) return reply(stream, json(400, request.refusal));
  const name = `projects/${sends.projectId}/messages/${randomUUID()}`;
  if (request.validateOnly) return reply(stream, json(200, { name }));
  await deliver(sends, stream, request.message, json(200, { name }));
}

async function deliver(sends: Sends, stream: ServerHttp2Stream, message: Message, accepted: Answer): Promise<void> {
  const token = message.token ?? message.fid ?? '';
  const fault = sends.faults.next(token);
  const worded = fault && wordedAnswer(fault);
  const captured = (outcome: string) =>
    sends.captures.add({ token, message, outcome, at: sends.clock.now().toString() });
  if (worded) {
    captured(worded.outcome);
    return reply(stream, worded.answer);
  }
  captured(fault && !reachesThePhone.has(fault.kind) ? fault.kind : 'accepted');
  await (fault ? misbehave(stream, fault, accepted) : reply(stream, accepted));
}

const reachesThePhone: ReadonlySet<Fault['kind']> = new Set(['slow', 'accept-then-reset', 'cut']);

async function misbehave(stream: ServerHttp2Stream, fault: Fault, accepted: Answer): Promise<void> {
  if (fault.kind === 'slow') {
    await pause(fault.ms, undefined, { ref: false });
    reply(stream, accepted);
  }
  if (fault.kind === 'cut') {
    stream.respond({ ':status': accepted.status, 'content-type': 'application/json' });
    stream.write(accepted.body.slice(0, 10), () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  }
  if (fault.kind === 'stream-reset' || fault.kind === 'accept-then-reset') {
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }
  if (fault.kind === 'hang-up') {
    await pause(fault.ms, undefined, { ref: false });
    stream.session?.destroy();
  }
  if (fault.kind === 'reset') stream.session?.socket.resetAndDestroy();
}

function refusedBeforeReading(sends: Sends, headers: IncomingHttpHeaders): Answer | undefined {
  const project = /^\/v1\/projects\/([^/]+)\/messages:send$/.exec(headers[':path'] ?? '')?.[1];
  if (headers[':method'] !== 'POST' || project === undefined) {
    return json(404, googleError(404, 'NOT_FOUND', 'Method not found.'));
  }
  if (!sends.tokens.accepts(headers.authorization)) {
    const message = 'Request had invalid authentication credentials. Expected OAuth 2 access token.';
    return json(401, googleError(401, 'UNAUTHENTICATED', message));
  }
  if (project !== sends.projectId) {
    return json(404, googleError(404, 'NOT_FOUND', 'Requested entity was not found.'));
  }
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) {
    return json(400, googleError(400, 'INVALID_ARGUMENT', 'The content type is not application/json.'));
  }
  return undefined;
}

function reply(stream: ServerHttp2Stream, { status, body, headers }: Answer): void {
  if (stream.destroyed) return;
  stream.respond({ ':status': status, 'content-type': 'application/json; charset=UTF-8', ...headers });
  stream.end(body);
}

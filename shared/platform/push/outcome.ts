import { z } from 'zod';
import type { PushOutcome } from './port.ts';
import { retryAfterMs } from './retry-after.ts';

/**
 * What a failed send means, read from the error the SDK hands out. The HTTP answer decides, not the SDK's own code: that
 * one calls a wrong project (plain `NOT_FOUND`) a dead token, and a missing permission a sender mismatch.
 * Codes: https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
 */
export function outcomeOfFailure(error: unknown, now: Temporal.Instant): PushOutcome {
  const answered = Answered.safeParse(error);
  return answered.success ? outcomeOfAnswer(answered.data.httpResponse, now) : outcomeWithoutAnswer(error);
}

/** Nobody knows whether FCM took the message before the line broke. */
export const lostOutcome = (code: string): PushOutcome => retry(code, { ambiguous: true });

const Answered = z.object({
  httpResponse: z.object({
    status: z.int(),
    headers: z.object({ 'retry-after': z.string().optional() }).catch({}),
    data: z.unknown(),
  }),
});
type Answer = z.output<typeof Answered>['httpResponse'];

const ErrorBody = z.object({
  error: z.object({
    status: z.string().optional(),
    details: z.array(z.object({ '@type': z.string(), errorCode: z.string().optional() })).catch([]),
  }),
});
const fcmErrorType = 'type.googleapis.com/google.firebase.fcm.v1.FcmError';
const projectAtFault = new Set(['SENDER_ID_MISMATCH', 'THIRD_PARTY_AUTH_ERROR', 'APNS_AUTH_ERROR']);
const minimumPauseMs = 60_000;

function outcomeOfAnswer({ status, headers, data }: Answer, now: Temporal.Instant): PushOutcome {
  const body = ErrorBody.safeParse(data).data?.error;
  const fcmCode = body?.details.find((detail) => detail['@type'] === fcmErrorType)?.errorCode;
  if (fcmCode === 'UNREGISTERED') return { kind: 'unregistered' };
  const code = (fcmCode ?? body?.status ?? `http_${status}`).toLowerCase();
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    return { kind: 'refused', code, systemic: [401, 403, 404].includes(status) || projectAtFault.has(fcmCode ?? '') };
  }
  const named = retryAfterMs(headers['retry-after'], now);
  if (status === 429) return retry(code, { status, retryAfterMs: named ?? minimumPauseMs });
  // 500 is FCM's own word that it failed; the rest (503, a gateway's 502 and 504, an unreadable 200) may hide a success.
  return retry(code, { status, retryAfterMs: named, ambiguous: status !== 500 });
}

/** No answer of FCM: the token endpoint refused, the SDK found the message malformed, or the network failed. */
function outcomeWithoutAnswer(error: unknown): PushOutcome {
  const codes = codesWithin(error);
  if (codes.includes('app/invalid-credential')) return outcomeWithoutCredentials(error);
  const malformed = codes.find((code) => code.startsWith('messaging/') && code !== 'messaging/unknown-error');
  if (malformed)
    return { kind: 'refused', code: malformed.slice('messaging/'.length).replaceAll('-', '_'), systemic: false };
  if (codes.some((code) => neverConnected.has(code))) return retry('network_unreachable', {});
  return lostOutcome(codes.includes('app/network-timeout') ? 'network_timeout' : 'network_lost');
}

const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Nothing was sent, so nothing is ambiguous. The endpoint's 4xx is a verdict on the service account. */
function outcomeWithoutCredentials(error: unknown): PushOutcome {
  const statuses = errorsWithin(error).flatMap((inner) => StatusOf.safeParse(inner).data?.status ?? []);
  const refused = statuses.some((status) => status >= 400 && status < 500 && status !== 408 && status !== 429);
  return refused
    ? { kind: 'refused', code: 'credentials_refused', systemic: true }
    : retry('credentials_unavailable', { status: statuses[0] });
}
const StatusOf = z.object({ status: z.int() });

const retry = (
  code: string,
  details: { status?: number | undefined; retryAfterMs?: number | undefined; ambiguous?: boolean },
): PushOutcome => ({
  kind: 'retry',
  code,
  status: details.status,
  retryAfterMs: details.retryAfterMs,
  ambiguous: details.ambiguous ?? false,
});

const codesWithin = (error: unknown): string[] =>
  errorsWithin(error).flatMap((inner) => CodeOf.safeParse(inner).data?.code ?? []);
const CodeOf = z.object({ code: z.string() });
const Nested = z.object({ cause: z.unknown().optional(), errors: z.array(z.unknown()).optional() });

/** The error and what it wraps: the SDK buries the network's error in causes and, with a broken session, in an aggregate. */
function errorsWithin(error: unknown, depth = 4): unknown[] {
  const nested = depth > 0 ? Nested.safeParse(error).data : undefined;
  const inner = nested ? [nested.cause, ...(nested.errors ?? [])].filter((each) => each !== undefined) : [];
  return [error, ...inner.flatMap((each) => errorsWithin(each, depth - 1))];
}

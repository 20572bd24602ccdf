import { randomBytes } from 'node:crypto';

/** A W3C `traceparent`, taken apart: 32 and 16 lower-case hexadecimal digits. */
export type TraceParent = { traceId: string; spanId: string; sampled: boolean };

const FORMAT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Null for what the specification calls invalid: the receiver then starts a trace of its own (W3C Trace Context 1, 3.2.2). */
export function parseTraceParent(header: string | null | undefined): TraceParent | null {
  const [, version, traceId, spanId, flags, rest] = FORMAT.exec(header ?? '') ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export const formatTraceParent = ({ traceId, spanId, sampled }: TraceParent): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

/** A new span: in the caller's trace if there is a valid one, else the first of a trace of its own. */
export function childTraceParent(header: string | null | undefined): TraceParent {
  const parent = parseTraceParent(header);
  return {
    traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    sampled: parent?.sampled ?? false,
  };
}

import { describe, expect, it } from '@jest/globals';
import {
  childTraceParent,
  formatTraceParent,
  parseTraceParent,
} from '../../../shared/platform/telemetry/trace-parent.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it('is read as the specification writes it', () => {
    expect(parseTraceParent(`00-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId, sampled: true });
    expect(parseTraceParent(`00-${traceId}-${spanId}-00`)).toMatchObject({ sampled: false });
  });

  it('of a later version is read as far as it is known', () => {
    expect(parseTraceParent(`01-${traceId}-${spanId}-01-more`)).toMatchObject({ traceId });
  });

  it.each([
    undefined,
    null,
    '',
    'garbage',
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId}-${spanId}-01\r\nX-Evil: 1`,
  ])('that is invalid is not used: %p', (header) => {
    expect(parseTraceParent(header)).toBeNull();
  });
});

describe('a new span', () => {
  it('stays in the caller’s trace', () => {
    const child = childTraceParent(`00-${traceId}-${spanId}-01`);
    expect(child).toMatchObject({ traceId, sampled: true });
    expect(child.spanId).not.toBe(spanId);
    expect(parseTraceParent(formatTraceParent(child))).toEqual(child);
  });

  it('starts a trace where there is none', () => {
    const [one, other] = [childTraceParent(null), childTraceParent('garbage')];
    expect(parseTraceParent(formatTraceParent(one))).toEqual(one);
    expect(one.traceId).not.toBe(other.traceId);
  });
});

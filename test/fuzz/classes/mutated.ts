import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { leavesOf, withAt } from '../leaves.ts';
import type { WireRequest } from '../wire.ts';
import * as hostile from './hostile-values.ts';

/** One thing done to a request that was good. */
export type Mutation =
  | { readonly do: 'set' | 'extra'; readonly at: number; readonly key: string; readonly json: string }
  | { readonly do: 'drop' | 'twice'; readonly at: number }
  | { readonly do: 'body'; readonly bytes: Uint8Array }
  | { readonly do: 'flip'; readonly at: number; readonly byte: number }
  | { readonly do: 'gzip'; readonly told: boolean }
  | { readonly do: 'header'; readonly name: string; readonly value: string }
  | { readonly do: 'query'; readonly text: string }
  | { readonly do: 'segment'; readonly at: number; readonly text: string }
  | { readonly do: 'method'; readonly name: string };

const from = <Value>(values: readonly Value[]) => fc.constantFrom(...values);
const at = fc.nat(100);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('set' as const), at, key: fc.constant(''), json: from(hostile.JSONS) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('extra' as const), at, key: from(hostile.KEYS), json: from(hostile.JSONS) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('drop' as const, 'twice' as const), at }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('body' as const), bytes: from(hostile.BODIES) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flip' as const), at: fc.nat(5_000), byte: fc.nat(255) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('gzip' as const), told: fc.boolean() }) },
  { weight: 3, arbitrary: from(hostile.HEADERS).map(([name, value]) => ({ do: 'header' as const, name, value })) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('query' as const), text: from(hostile.QUERIES) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('segment' as const), at, text: from(hostile.SEGMENTS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('method' as const), name: from(hostile.METHODS) }) },
);

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(mutation, { minLength: 1, maxLength: 3 });

export const mutated = (request: WireRequest, changes: readonly Mutation[]): WireRequest =>
  changes.reduce((changed, change) => apply(changed, change), request);

function apply(request: WireRequest, change: Mutation): WireRequest {
  switch (change.do) {
    case 'set':
    case 'extra':
    case 'drop':
    case 'twice':
      return withBody(request, rewritten(request.body, change));
    case 'body':
      return withBody(request, Buffer.from(change.bytes));
    case 'flip':
      return request.body?.length ? withBody(request, flipped(request.body, change)) : request;
    case 'gzip':
      return packed(request, change.told);
    case 'header':
      return { ...request, headers: [...request.headers, [change.name, change.value]] };
    case 'query':
      return { ...request, target: `${request.target}${request.target.includes('?') ? '&' : '?'}${change.text}` };
    case 'segment':
      return { ...request, target: otherSegment(request.target, change) };
    case 'method':
      return { ...request, method: change.name };
  }
}

function withBody(request: WireRequest, body: Buffer): WireRequest {
  const typed = request.headers.some(([name]) => name === 'Content-Type');
  return {
    ...request,
    body,
    headers: typed ? request.headers : [...request.headers, ['Content-Type', 'application/json']],
  };
}

const MARK = '@@here@@';

/** JSON text is put in as text: what the mutation wants to say is often not what `JSON.stringify` would. */
function rewritten(body: Buffer | undefined, change: Extract<Mutation, { at: number }>): Buffer {
  const value = jsonIn(body);
  const leaves = leavesOf(value, {});
  const { path } = leaves[change.at % leaves.length] ?? { path: [] };
  if (change.do === 'drop') return Buffer.from(JSON.stringify(withAt(value, path, undefined)) ?? '');
  if (change.do === 'set')
    return Buffer.from(JSON.stringify(withAt(value, path, MARK)).replace(`"${MARK}"`, () => change.json));
  const text = JSON.stringify(value);
  if (change.do === 'twice') return Buffer.from(text.replace(/^\{("(?:[^"\\]|\\.)*":)/, '{$1null,$1'));
  if (change.do === 'extra')
    return Buffer.from(
      text.replace(
        /^\{(?=(.))/,
        (_, next) => `{${JSON.stringify(change.key)}:${change.json}${next === '}' ? '' : ','}`,
      ),
    );
  return Buffer.from(text);
}

function jsonIn(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(body?.toString() ?? '{}');
  } catch {
    return {};
  }
}

function flipped(body: Buffer, { at: place, byte }: { at: number; byte: number }): Buffer {
  const changed = Buffer.from(body);
  changed[place % changed.length] = byte;
  return changed;
}

function packed(request: WireRequest, told: boolean): WireRequest {
  const body = gzipSync(request.body ?? Buffer.alloc(100_000, 0x20));
  const { headers } = withBody(request, body);
  return { ...request, body, headers: told ? [...headers, ['Content-Encoding', 'gzip']] : headers };
}

function otherSegment(target: string, { at: place, text }: { at: number; text: string }): string {
  const [path = '', query] = target.split('?', 2);
  const segments = path.split('/').slice(1);
  segments[place % segments.length] = text;
  return `/${segments.join('/')}${query === undefined ? '' : `?${query}`}`;
}

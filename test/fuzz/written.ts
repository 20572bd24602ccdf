import type { Operation } from '../support/openapi/operations.ts';
import { addressOf, type RequestParts } from '../support/openapi/requests.ts';
import type { Actor } from './actor.ts';
import type { WireRequest } from './wire.ts';

export type Writing = {
  /** The access token; `null` sends none. */
  readonly token?: string | null;
  /** Names in the path are taken from these where there are any, else as generated. */
  readonly names?: Actor | undefined;
  /** Which of them. */
  readonly pick?: number;
};

/** The request of somebody, as it goes over the wire. */
export function written(parts: RequestParts, actor: Actor, { token, names, pick = 0 }: Writing = {}): WireRequest {
  const { operation, query, headers, body } = parts;
  const bearer = token === undefined ? actor.accessToken : token;
  const path = names ? { ...parts.path, ...namesOf(operation, names, pick) } : parts.path;
  return {
    method: operation.method,
    target: addressOf({ operation, path, query }),
    headers: [
      ...(operation.signedIn && bearer !== null ? [['Authorization', `Bearer ${bearer}`] as const] : []),
      ...(body === undefined ? [] : [['Content-Type', operation.body?.mediaType ?? 'application/json'] as const]),
      ...Object.entries(headers).map(([name, value]) => [name, headerText(value)] as const),
      ...proofOf(operation, actor),
    ],
    ...(body === undefined ? {} : { body: bodyBytes(body, operation) }),
  };
}

/** A proof that the actor was given is worth more than a generated one. */
const proofOf = ({ parameters }: Operation, { proof }: Actor): [string, string][] =>
  proof !== undefined && parameters.some(({ name }) => name.toLowerCase() === 'x-reauthentication')
    ? [['X-Reauthentication', proof]]
    : [];

const headerText = (value: unknown): string => String(value).replaceAll(/[^\x20-\x7e\x80-\xff]/g, '?');

const bodyBytes = (body: unknown, operation: Operation): Buffer =>
  Buffer.from(operation.body?.mediaType === 'application/json' ? JSON.stringify(body) : String(body));

function namesOf({ path }: Operation, { names }: Actor, pick: number): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { 1: parameter = '', index } of path.matchAll(/\{(\w+)\}/g)) {
    const known = names.get(path.slice(0, index - 1)) ?? [];
    const name = known[pick % Math.max(1, known.length)];
    if (name !== undefined) found[parameter] = name;
  }
  return found;
}

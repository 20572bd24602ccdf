import { z } from 'zod';

const times = z.int().positive().default(1);

/**
 * What goes wrong with one send. `times` sends in a row meet it (default 1).
 *
 * - `reset`: the whole connection is reset (TCP RST); `hang-up`: it is closed in good order after `ms`, with
 *   whatever is then unanswered; `stream-reset`: only this request dies.
 * - `accept-then-reset`: the phone gets the message, the answer is lost.
 * - `cut`: the answer stops in mid-body. `bad-gateway`: an HTML page in place of JSON. `hang`: no answer at all.
 * - `quota-exceeded`, `unavailable`: `retryAfter` goes out as it stands, seconds or an HTTP date.
 */
export const Fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['quota-exceeded', 'unavailable']), retryAfter: z.string().optional(), times }),
  z.strictObject({ kind: z.literal('hang-up'), ms: z.int().nonnegative().default(0), times }),
  z.strictObject({ kind: z.literal('slow'), ms: z.int().positive().default(1000), times }),
  z.strictObject({
    kind: z.enum([
      'unregistered',
      'sender-id-mismatch',
      'third-party-auth-error',
      'not-found',
      'invalid-argument',
      'internal',
      'bad-gateway',
      'hang',
      'cut',
      'reset',
      'stream-reset',
      'accept-then-reset',
    ]),
    times,
  }),
]);
export type Fault = z.output<typeof Fault>;
export type FaultScript = readonly z.input<typeof Fault>[];

/** A token that starts so always fails so; a phone in another process needs no channel to ask for it. */
const prefixes: [prefix: string, fault: Fault][] = [
  ['dead-', { kind: 'unregistered', times: 1 }],
  ['mismatch-', { kind: 'sender-id-mismatch', times: 1 }],
  ['apns-auth-', { kind: 'third-party-auth-error', times: 1 }],
  ['invalid-', { kind: 'invalid-argument', times: 1 }],
  ['quota-', { kind: 'quota-exceeded', times: 1 }],
  ['internal-', { kind: 'internal', times: 1 }],
  ['unavailable-', { kind: 'unavailable', times: 1 }],
  ['hang-', { kind: 'hang', times: 1 }],
  ['slow-', { kind: 'slow', ms: 1000, times: 1 }],
  ['lost-', { kind: 'accept-then-reset', times: 1 }],
];

export type FaultScripts = {
  /** Replaces what is scripted for `token`; `*` stands for every token without a script of its own. */
  script(token: string, faults: FaultScript): void;
  /** Takes the fault the next send to `token` shall meet. */
  next(token: string): Fault | undefined;
};

export function faultScripts(): FaultScripts {
  const scripts = new Map<string, Fault[]>();
  const take = (token: string): Fault | undefined => {
    const [first, ...rest] = scripts.get(token) ?? [];
    if (!first) return undefined;
    const remaining = first.times > 1 ? [{ ...first, times: first.times - 1 }, ...rest] : rest;
    if (remaining.length === 0) scripts.delete(token);
    else scripts.set(token, remaining);
    return first;
  };
  return {
    script: (token, faults) => void scripts.set(token, z.array(Fault).parse(faults)),
    next: (token) => take(token) ?? take('*') ?? prefixes.find(([prefix]) => token.startsWith(prefix))?.[1],
  };
}

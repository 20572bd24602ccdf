import type { PushOutcome } from '../platform/push/port.ts';
import type { Random } from '../platform/random.ts';

/** What is known of a delivery at the moment it would be sent. Instants are epoch milliseconds. */
export type SendFacts = {
  pushToken: string | null;
  accountStatus: string;
  consented: boolean;
  expiresAt: number;
};

/** Decided at send time, never when the push was asked for: people change their minds, and moments pass. */
export type SendDecision =
  | { send: true; pushToken: string }
  | { send: false; state: 'suppressed' | 'expired'; reason: string };

/** Whether a delivery is sent now, and otherwise what becomes of it. `now` is epoch milliseconds. */
export function decideSend(facts: SendFacts, now: number): SendDecision {
  if (facts.expiresAt <= now) return { send: false, state: 'expired', reason: 'too_late' };
  if (facts.accountStatus !== 'active') return { send: false, state: 'suppressed', reason: 'account_not_active' };
  if (!facts.consented) return { send: false, state: 'suppressed', reason: 'no_consent' };
  if (facts.pushToken === null) return { send: false, state: 'suppressed', reason: 'no_token' };
  return { send: true, pushToken: facts.pushToken };
}

/** What a delivery becomes after an attempt. `removeToken` only where the answer proves that the token is dead. */
export type DeliveryResult = {
  state: 'sent' | 'retrying' | 'dead' | 'expired';
  reason: string | null;
  delayMs: number;
  messageName: string | null;
  removeToken: boolean;
};

const FIRST_DELAY_MS = 10_000;
const MAX_DELAY_MS = 15 * 60_000;
const THROTTLED_DELAY_MS = 60_000;
/** No push is worth more than an hour of trying, however long it would stay true. */
const MAX_ATTEMPTS = 8;
/** A project set up wrongly is put right by people; until then every token looks refused. */
export const SYSTEMIC_DELAY_MS = 5 * 60_000;

/** What becomes of a delivery that was sent. `now` is epoch milliseconds, `attempts` counts the one just made. */
export function resultOf(
  outcome: PushOutcome,
  delivery: { attempts: number; expiresAt: number },
  now: number,
  random: Random,
): DeliveryResult {
  const settled = { delayMs: 0, messageName: null, removeToken: false } as const;
  switch (outcome.kind) {
    case 'accepted':
      return { ...settled, state: 'sent', reason: null, messageName: outcome.messageName };
    case 'unregistered':
      return { ...settled, state: 'dead', reason: 'unregistered', removeToken: true };
    case 'refused':
      return outcome.systemic
        ? { ...settled, state: 'retrying', reason: outcome.code, delayMs: SYSTEMIC_DELAY_MS }
        : { ...settled, state: 'dead', reason: outcome.code };
    case 'retry': {
      if (delivery.attempts >= MAX_ATTEMPTS) return { ...settled, state: 'dead', reason: outcome.code };
      const delayMs = outcome.retryAfterMs ?? retryDelayMs(outcome.status, delivery.attempts, random);
      const late = now + delayMs >= delivery.expiresAt;
      return { ...settled, state: late ? 'expired' : 'retrying', reason: outcome.code, delayMs: late ? 0 : delayMs };
    }
  }
}

/** Full jitter from 10 s to 15 min; a 429 that names no time waits at least a minute. */
function retryDelayMs(status: number | undefined, attempts: number, random: Random): number {
  const ceiling = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** attempts);
  const jittered = FIRST_DELAY_MS + random() * (ceiling - FIRST_DELAY_MS);
  return status === 429 ? Math.max(THROTTLED_DELAY_MS, jittered) : jittered;
}

const SUSPICIOUS_BATCH = 50;
const SUSPICIOUS_SHARE = 0.2;

/**
 * Whether a batch's answers speak against the project rather than against its tokens: a mismatch of credentials, or
 * implausibly many dead tokens at once. Nothing is deleted then.
 */
export function looksSystemic(outcomes: readonly PushOutcome[]): boolean {
  const unregistered = outcomes.filter((outcome) => outcome.kind === 'unregistered').length;
  return (
    outcomes.some((outcome) => outcome.kind === 'refused' && outcome.systemic) ||
    (outcomes.length >= SUSPICIOUS_BATCH && unregistered > SUSPICIOUS_SHARE * outcomes.length)
  );
}

/** How long all pushes pause, in milliseconds, 0 = not at all: a 429 slows everybody's, not only the one that met it. */
export const pauseAskedFor = (outcomes: readonly PushOutcome[]): number =>
  Math.max(
    0,
    ...outcomes.map((outcome) =>
      outcome.kind === 'retry' && outcome.status === 429 ? (outcome.retryAfterMs ?? THROTTLED_DELAY_MS) : 0,
    ),
  );

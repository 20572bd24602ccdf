import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decideSend,
  looksSystemic,
  pauseAskedFor,
  resultOf,
  SYSTEMIC_DELAY_MS,
} from '../../../shared/notifications/index.ts';
import type { PushOutcome } from '../../../shared/platform/push/port.ts';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const willing = { pushToken: 'token', accountStatus: 'active', consented: true, expiresAt: NOW + HOUR };
const delivery = { attempts: 1, expiresAt: NOW + 24 * HOUR };
const retry = (over: Partial<Extract<PushOutcome, { kind: 'retry' }>> = {}): PushOutcome => ({
  kind: 'retry',
  code: 'unavailable',
  status: 503,
  retryAfterMs: undefined,
  ambiguous: true,
  ...over,
});

describe('the decision to send', () => {
  it('sends to an active account that has agreed and can be reached', () => {
    expect(decideSend(willing, NOW)).toEqual({ send: true, pushToken: 'token' });
  });

  it.each([
    ['the moment has passed', { expiresAt: NOW }, 'expired', 'too_late'],
    ['the account is locked', { accountStatus: 'locked' }, 'suppressed', 'account_not_active'],
    ['consent is missing or withdrawn', { consented: false }, 'suppressed', 'no_consent'],
    ['the device has no token any more', { pushToken: null }, 'suppressed', 'no_token'],
  ] as const)('does not when %s', (_why, over, state, reason) => {
    expect(decideSend({ ...willing, ...over }, NOW)).toEqual({ send: false, state, reason });
  });
});

describe('the result of an attempt', () => {
  const result = (outcome: PushOutcome, over = {}) => resultOf(outcome, { ...delivery, ...over }, NOW, () => 0.5);

  it('is sent when FCM accepted it', () => {
    expect(result({ kind: 'accepted', messageName: 'm/1' })).toMatchObject({ state: 'sent', messageName: 'm/1' });
  });

  it('removes the token only where it is proven dead', () => {
    expect(result({ kind: 'unregistered' })).toMatchObject({ state: 'dead', removeToken: true });
    expect(result({ kind: 'refused', code: 'invalid_argument', systemic: false })).toMatchObject({
      state: 'dead',
      removeToken: false,
    });
  });

  it('waits for people where the project is at fault', () => {
    expect(result({ kind: 'refused', code: 'sender_id_mismatch', systemic: true })).toMatchObject({
      state: 'retrying',
      delayMs: SYSTEMIC_DELAY_MS,
      removeToken: false,
    });
  });

  it('waits as long as the other side asks', () => {
    expect(result(retry({ status: 429, retryAfterMs: 90_000 }))).toMatchObject({ state: 'retrying', delayMs: 90_000 });
  });

  it('waits a minute at least after a 429 that names no time', () => {
    expect(resultOf(retry({ status: 429 }), delivery, NOW, () => 0).delayMs).toBe(60_000);
  });

  it('gives up after eight attempts, and when the next try would come too late', () => {
    expect(result(retry(), { attempts: 8 })).toMatchObject({ state: 'dead' });
    expect(result(retry(), { expiresAt: NOW + 1_000 })).toMatchObject({ state: 'expired', delayMs: 0 });
  });

  it('spreads retries between ten seconds and a quarter of an hour', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempts, chance) => {
          const { delayMs } = resultOf(retry(), { ...delivery, attempts }, NOW, () => chance);
          expect(delayMs).toBeGreaterThanOrEqual(10_000);
          expect(delayMs).toBeLessThanOrEqual(900_000);
        },
      ),
    );
  });
});

describe('a batch that speaks against the project', () => {
  const batch = (unregistered: number, accepted: number): PushOutcome[] => [
    ...Array.from({ length: unregistered }, (): PushOutcome => ({ kind: 'unregistered' })),
    ...Array.from({ length: accepted }, (): PushOutcome => ({ kind: 'accepted', messageName: 'm' })),
  ];

  it('has a mismatch of credentials', () => {
    expect(looksSystemic([...batch(0, 3), { kind: 'refused', code: 'third_party_auth_error', systemic: true }])).toBe(
      true,
    );
  });

  it('has more than a fifth of at least fifty unregistered', () => {
    expect(looksSystemic(batch(11, 39))).toBe(true);
    expect(looksSystemic(batch(10, 40))).toBe(false);
    expect(looksSystemic(batch(20, 29))).toBe(false);
  });
});

describe('the pause of everybody’s pushes', () => {
  it('is the longest that a 429 asks for, a minute where it names none', () => {
    const asking = (retryAfterMs?: number) => retry({ status: 429, retryAfterMs });
    expect(pauseAskedFor([asking(5_000), asking(90_000), { kind: 'unregistered' }])).toBe(90_000);
    expect(pauseAskedFor([asking()])).toBe(60_000);
  });

  it('is none for any other fault, which is its message’s own', () => {
    expect(pauseAskedFor([retry({ retryAfterMs: 90_000 }), { kind: 'accepted', messageName: 'm/1' }])).toBe(0);
    expect(pauseAskedFor([])).toBe(0);
  });
});

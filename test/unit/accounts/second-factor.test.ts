import { describe, expect, it } from '@jest/globals';
import {
  enrolmentUri,
  matchingStep,
  RECOVERY_RANDOM_BYTES,
  recoveryCodes,
  recoveryHash,
  secretText,
} from '../../../shared/accounts/second-factor.ts';

/** The secret of RFC 6238, appendix B. */
const secret = secretText(Buffer.from('12345678901234567890'));
const at = (seconds: number) => Temporal.Instant.fromEpochMilliseconds(seconds * 1000);

describe('a code', () => {
  // The last six of the eight digits given there.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('is at %d s what RFC 6238 says: %s', (seconds, code) => {
    expect(matchingStep(secret, code, at(seconds))).toBe(Math.floor(seconds / 30));
  });

  it('counts for the thirty seconds before and after its own, and no longer', () => {
    const own = 41_152_263; // of 1234567890
    expect([-2, -1, 0, 1, 2].map((steps) => matchingStep(secret, '005924', at((own + steps) * 30)))).toEqual([
      null,
      own,
      own,
      own,
      null,
    ]);
  });

  it('may be grouped as authenticators show it', () => {
    expect(matchingStep(secret, '005 924', at(1_234_567_890))).not.toBeNull();
  });

  it.each(['', '00592', '0059245', '００５９２４', '005924; drop table', 'abcd-efgh-ijkl-mnop'])(
    'is never %j',
    (text) => {
      expect(matchingStep(secret, text, at(1_234_567_890))).toBeNull();
    },
  );
});

it('an enrolment names the service, the account and the values of its codes', () => {
  const uri = new URL(enrolmentUri(secret, 'ana+1@example.org'));
  expect(decodeURIComponent(uri.pathname)).toBe('/Amira:ana+1@example.org');
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    issuer: 'Amira',
    secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  });
});

describe('recovery codes', () => {
  const codes = recoveryCodes(Uint8Array.from({ length: RECOVERY_RANDOM_BYTES }, (_, index) => index * 7));

  it('are ten different ones of 80 bits', () => {
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
  });

  it('are known however they are typed', () => {
    const [code = ''] = codes;
    for (const typed of [code.toUpperCase(), code.replaceAll('-', ''), code.replaceAll('-', ' ')])
      expect(recoveryHash(typed)).toEqual(recoveryHash(code));
  });
});

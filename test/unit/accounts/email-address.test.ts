import { describe, expect, it } from '@jest/globals';
import { EmailAddress, normalizeEmail } from '../../../shared/accounts/email-address.ts';

describe('an e-mail address', () => {
  it.each([
    ['ana@example.org', 'ana@example.org'],
    ['  Ana.María@example.org '.replace('í', 'i'), 'Ana.Maria@example.org'],
    ['ana+amira@mail.example.org', 'ana+amira@mail.example.org'],
  ])('%j is taken as %j', (typed, address) => {
    expect(EmailAddress.parse(typed)).toBe(address);
  });

  it('is the same in any case', () => {
    expect(normalizeEmail('Ana@Example.ORG')).toBe(normalizeEmail('ana@example.org'));
  });

  it.each([
    'a@x.org,b@y.org',
    'a@x.org b@y.org',
    'a@x.org;b@y.org',
    'Ana <a@x.org>',
    'a@x.org\r\nBcc: b@y.org',
    'a@x.org\r\n',
    '\0a@x.org',
    'a@@x.org',
    'no-at-sign',
    '',
    `${'a'.repeat(250)}@x.org`,
    ['a@x.org'],
    { $ne: null },
    null,
    7,
  ])('is not %j', (value) => {
    expect(EmailAddress.safeParse(value).success).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import { createPasswords, NewPassword, PresentedPassword } from '../../../shared/accounts/password.ts';
import { hashPassword, needsRehash, verifyPassword } from '../../../shared/accounts/password-hash.ts';

const CHEAP = { memory: 8, passes: 1, parallelism: 1 };

describe('a password hash', () => {
  it('is a PHC string that tells its own cost', async () => {
    expect(await hashPassword('correct horse')).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
  });

  it('knows its password and no other', async () => {
    const hash = await hashPassword('correct horse', CHEAP);
    expect(await verifyPassword('correct horse', hash)).toBe(true);
    expect(await verifyPassword('correct horsf', hash)).toBe(false);
    expect(await verifyPassword('', hash)).toBe(false);
  });

  it('differs each time, because the salt does', async () => {
    expect(await hashPassword('correct horse', CHEAP)).not.toBe(await hashPassword('correct horse', CHEAP));
  });

  it('verifies what the reference implementation of Argon2 made', async () => {
    // argon2 -id -t 2 -k 65536 -p 1, password "password", salt "somesalt" (the reference's own test vector).
    const reference = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await verifyPassword('password', reference)).toBe(true);
  });

  it('is renewed when it was made at another cost', async () => {
    expect(needsRehash(await hashPassword('correct horse', CHEAP))).toBe(true);
    expect(needsRehash(await hashPassword('correct horse'))).toBe(false);
  });

  it.each(['', 'plain', '$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA'])('is not %j', async (phc) => {
    await expect(verifyPassword('x', phc)).rejects.toThrow(TypeError);
  });
});

describe('passwords', () => {
  it('verify an unknown address at the price of a known one, and never say yes', async () => {
    const passwords = createPasswords(1);
    expect(await passwords.verify('correct horse', null)).toBe(false);
    expect(await passwords.verify('correct horse', await passwords.hash('correct horse'))).toBe(true);
  });

  it('refuse at once what would wait behind 50 others', async () => {
    const passwords = createPasswords(1);
    const asked = Array.from({ length: 60 }, () => passwords.hash('correct horse'));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(51);
    expect(outcomes.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'busy' } });
  });
});

describe('a chosen password', () => {
  it.each(['12345678', 'ñ'.repeat(8), '🐑'.repeat(128), '  spaces  ', 'a'.repeat(128)])('may be %j', (password) => {
    expect(NewPassword.parse(password)).toBe(password);
  });

  it.each([
    '1234567',
    '🐑'.repeat(7),
    'a'.repeat(129),
    '🐑'.repeat(129),
    'a'.repeat(1_000_000),
    'nul\0inside',
    'lone\ud800surrogate',
    '',
    ['12345678'],
    { $ne: null },
    null,
  ])('may not be this (%#)', (password) => {
    expect(NewPassword.safeParse(password).success).toBe(false);
  });
});

describe('a presented password', () => {
  it('may be shorter than the rules ask for, since it can simply be wrong', () => {
    expect(PresentedPassword.safeParse('short').success).toBe(true);
  });

  it.each(['', 'nul\0inside', 'lone\udfffsurrogate', 'a'.repeat(1_000_000)])(
    'is not hashed at all (%#)',
    (password) => {
      expect(PresentedPassword.safeParse(password).success).toBe(false);
    },
  );
});

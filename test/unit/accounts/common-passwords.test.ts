import { describe, expect, it } from '@jest/globals';
import { hashChosen, isCommonPassword, readCommonPasswords } from '../../../shared/accounts/common-password-store.ts';
import { createPasswords, NewPassword } from '../../../shared/accounts/password.ts';

const isAllowed = (password: string) => NewPassword.safeParse(password).success;

describe('the common passwords', () => {
  it('are the 3,000 most frequent of those whose form is allowed', async () => {
    const common = await readCommonPasswords();
    expect(common.size).toBe(3_000);
    expect([...common].slice(0, 4)).toEqual(['password', '12345678', '123456789', 'baseball']);
    expect([...common].every(isAllowed)).toBe(true);
  });

  it.each(['password', 'PASSWORD', 'PassWord', 'iloveyou', '1q2w3e4r', 'Trustno1'])('include %s', async (password) => {
    expect(await isCommonPassword(password)).toBe(true);
  });

  it.each(['correct horse battery', 'Password!2026 is long', 'contraseña de Ana'])(
    'leave %s alone',
    async (password) => {
      expect(await isCommonPassword(password)).toBe(false);
    },
  );
});

describe('a chosen password that is common', () => {
  it('is refused before it costs a hash, at the field it came in', async () => {
    const passwords = createPasswords(1);
    const busy = Array.from({ length: 51 }, () => passwords.hash('correct horse'));
    await expect(hashChosen(passwords, 'Football', 'newPassword')).rejects.toMatchObject({
      code: 'weak_password',
      errors: [{ path: 'newPassword', code: 'weak_password' }],
    });
    await Promise.all(busy);
  });

  it('verifies all the same: it may be older than the rule', async () => {
    const passwords = createPasswords(1);
    expect(await passwords.verify('football', await passwords.hash('football'))).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { readCommonPasswords } from '../../../shared/accounts/common-password-store.ts';
import { accountsApi } from './api-fixture.ts';

const api = accountsApi();

describe('a common password', () => {
  it('opens no account, and the field is named', async () => {
    expect(await api.register('weak@example.org', { password: 'Sunshine' })).toMatchObject({
      status: 400,
      body: { code: 'weak_password', errors: [{ path: 'password', code: 'weak_password' }] },
    });
    expect(await api.deliverMails()).toEqual([]);
  });

  it('of the 3,000 is refused, whichever it is', async () => {
    const common = await readCommonPasswords();
    const every200th = [...common].filter((_password, index) => index % 200 === 0);
    const answers = await Promise.all(every200th.map((password) => api.register('weak@example.org', { password })));
    expect(answers.map(({ body }) => body.code)).toEqual(every200th.map(() => 'weak_password'));
  });
});

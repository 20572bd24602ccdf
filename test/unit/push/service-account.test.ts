import { describe, expect, it } from '@jest/globals';
import { readServiceAccount } from '../../../shared/platform/push/service-account.ts';
import { throwAwayServiceAccount } from '../../support/stand-ins/fcm/service-account.ts';

describe('a Google service account file', () => {
  it('is read into what the SDK needs', async () => {
    const file = await throwAwayServiceAccount('my-project');
    expect(readServiceAccount(file)).toEqual({
      projectId: 'my-project',
      clientEmail: file.client_email,
      privateKey: file.private_key,
    });
  });

  it('is refused by the names of its broken fields, never their values', () => {
    const broken = { project_id: 'p', client_email: 'a@example.org', private_key: 'hunter2' };
    expect(() => readServiceAccount(broken)).toThrow('private_key: not a private key in PEM form');
    expect(() => readServiceAccount(broken)).not.toThrow(/hunter2/);
    expect(() => readServiceAccount({})).toThrow(/project_id.*client_email.*private_key/);
  });
});

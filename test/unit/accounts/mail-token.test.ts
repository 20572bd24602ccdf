import { describe, expect, it } from '@jest/globals';
import { mailTokenOf } from '../../../shared/accounts/mail-token.ts';
import { newId } from '../../../shared/platform/ids.ts';

describe("a mail's token", () => {
  const key = Buffer.alloc(32, 1);
  const id = newId();

  it('follows from the id of its row, so that it need not be stored', () => {
    expect(mailTokenOf(id, 'verify_email', key)).toBe(mailTokenOf(id, 'verify_email', key));
    expect(mailTokenOf(id, 'verify_email', key)).toMatch(/^[\w-]{43}$/);
  });

  it('is another for another row, purpose or key', () => {
    const tokens = [
      mailTokenOf(id, 'verify_email', key),
      mailTokenOf(newId(), 'verify_email', key),
      mailTokenOf(id, 'reset_password', key),
      mailTokenOf(id, 'verify_email', Buffer.alloc(32, 2)),
    ];
    expect(new Set(tokens).size).toBe(tokens.length);
  });
});

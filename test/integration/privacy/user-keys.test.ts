import { describe, expect, it } from '@jest/globals';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { localKeyWrapping } from '../../../shared/platform/kms/local.ts';
import type { KeyWrapping } from '../../../shared/platform/kms/port.ts';
import { createUserKeys } from '../../../shared/privacy/index.ts';
import { newAccount } from '../../support/factories.ts';
import { ownDatabase } from '../../support/own-database.ts';

const own = ownDatabase();
const SECRET = 'the secret of these tests, long enough to be one';
const OTHER = 'another secret of these tests, as long as the one';

/** The wrapping, counting what it is asked for. */
function counted(wrapping: KeyWrapping = localKeyWrapping([SECRET])) {
  const calls = { wrap: 0, unwrap: 0 };
  const counting: KeyWrapping = {
    currentKeyId: wrapping.currentKeyId,
    wrap: (...asked) => {
      calls.wrap += 1;
      return wrapping.wrap(...asked);
    },
    unwrap: (...asked) => {
      calls.unwrap += 1;
      return wrapping.unwrap(...asked);
    },
  };
  return { calls, wrapping: counting };
}

const keysOf = (
  wrapping: KeyWrapping = localKeyWrapping([SECRET]),
  more: { most?: number; elapsed?: () => number } = {},
) => createUserKeys({ database: own.api, wrapping, ...more });

describe('a user’s key', () => {
  it('is made when it is first asked for, and opens what any other process seals with it', async () => {
    const userId = await newAccount(own.api);
    const sealed = (await keysOf().cipherOf(userId)).seal('journal.title', 'Sunday');
    expect((await keysOf().cipherOf(userId)).open('journal.title', sealed)).toBe('Sunday');
  });

  it('is one, however many processes ask for it first', async () => {
    const userId = await newAccount(own.api);
    const ciphers = await Promise.all(Array.from({ length: 12 }, () => keysOf().cipherOf(userId)));
    const sealed = ciphers.map((cipher, at) => cipher.seal('journal.title', String(at)));
    expect(ciphers.map((cipher, at) => cipher.open('journal.title', sealed[(at + 5) % 12] as Buffer))).toEqual(
      ciphers.map((_, at) => String((at + 5) % 12)),
    );
    expect(await own.look('select count(*)::int as n from user_key where user_id = $1', [userId])).toEqual([{ n: 1 }]);
  });

  it('is fetched once for all who ask at the same time, and held for ten minutes', async () => {
    const userId = await newAccount(own.api);
    await keysOf().cipherOf(userId);
    const { calls, wrapping } = counted();
    let now = 1;
    const keys = keysOf(wrapping, { elapsed: () => now });
    await Promise.all(Array.from({ length: 20 }, () => keys.cipherOf(userId)));
    now += 10 * 60_000 - 1;
    await keys.cipherOf(userId);
    expect(calls).toEqual({ wrap: 0, unwrap: 1 });
    now += 2;
    await keys.cipherOf(userId);
    expect(calls).toEqual({ wrap: 0, unwrap: 2 });
  });

  it('is not held beside more than so many others', async () => {
    const [ada, ben, cleo] = [await newAccount(own.api), await newAccount(own.api), await newAccount(own.api)];
    const { calls, wrapping } = counted();
    const keys = keysOf(wrapping, { most: 2 });
    for (const userId of [ada, ben, cleo]) await keys.cipherOf(userId);
    await keys.cipherOf(cleo);
    expect(calls.unwrap).toBe(0);
    await keys.cipherOf(ada);
    expect(calls.unwrap).toBe(1);
  });

  it('is stored only as the master key has wrapped it', async () => {
    const userId = await newAccount(own.api);
    await keysOf().cipherOf(userId);
    const [row] = await own.look('select key_id, length(wrapped) as length from user_key where user_id = $1', [userId]);
    expect(row).toEqual({ key_id: localKeyWrapping([SECRET]).currentKeyId, length: 60 });
  });

  it('can be used after the secret has changed, as long as the earlier one is accepted', async () => {
    const userId = await newAccount(own.api);
    const sealed = (await keysOf().cipherOf(userId)).seal('checkin.notes', 'calm');
    const changed = await keysOf(localKeyWrapping([OTHER, SECRET])).cipherOf(userId);
    expect(changed.open('checkin.notes', sealed)).toBe('calm');
    await expect(keysOf(localKeyWrapping([OTHER])).cipherOf(userId)).rejects.toMatchObject({
      code: 'master_key_refused',
      class: 'permanent',
    });
  });

  it('is asked for anew after the keeper of the master key has failed', async () => {
    const userId = await newAccount(own.api);
    const working = localKeyWrapping([SECRET]);
    let isAway = true;
    const keys = keysOf({
      ...working,
      wrap: async (...asked) => (isAway ? Promise.reject(new Error('away')) : working.wrap(...asked)),
    });
    await expect(keys.cipherOf(userId)).rejects.toThrow('away');
    isAway = false;
    expect(await keys.cipherOf(userId)).toBeDefined();
  });

  it('is never made for nobody: without an account there is nothing to seal with', async () => {
    const cipher = await keysOf().cipherOf(newId<UserId>());
    expect(() => cipher.seal('checkin.notes', 'lost')).toThrow('no such account');
  });

  it('takes everything it has sealed with it when it is erased', async () => {
    const userId = await newAccount(own.api);
    const sealed = (await keysOf().cipherOf(userId)).seal('checkin.notes', 'calm');
    await own.look('delete from user_key where user_id = $1', [userId]);
    const next = await keysOf().cipherOf(userId);
    expect(() => next.open('checkin.notes', sealed)).toThrow(
      expect.objectContaining({ code: 'sealed_text_unreadable' }),
    );
  });

  it('of somebody else does not become ours by moving its row', async () => {
    const [ada, ben] = [await newAccount(own.api), await newAccount(own.api)];
    await Promise.all([keysOf().cipherOf(ada), keysOf().cipherOf(ben)]);
    await own.look(
      'update user_key set wrapped = (select wrapped from user_key where user_id = $1) where user_id = $2',
      [ada, ben],
    );
    await expect(keysOf().cipherOf(ben)).rejects.toMatchObject({ code: 'data_key_damaged' });
  });
});

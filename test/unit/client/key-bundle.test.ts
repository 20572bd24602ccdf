import { argon2Sync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type Argon2id, portableArgon2id } from '../../../docs/client/argon2.ts';
import {
  changePassword,
  changeRecoveryCode,
  createKeyBundle,
  openWithPassword,
  openWithRecoveryCode,
  WrongSecret,
} from '../../../docs/client/key-bundle.ts';

/** Node's own, which is fast enough for many bundles. */
const native: Argon2id = async (message, nonce, cost) =>
  new Uint8Array(argon2Sync('argon2id', { message, nonce, tagLength: 32, ...cost }));

const salt = Buffer.from('the salt an account was opened with');
const create = (password = 'a long walk by the sea') => createKeyBundle(password, salt, native);

describe('a key bundle', () => {
  it('opens with the password and with the recovery code, and with nothing else', async () => {
    const { bundle, vault, recoveryCode } = await create();
    expect(await openWithPassword(bundle, 'a long walk by the sea', native)).toEqual(vault);
    expect(await openWithRecoveryCode(bundle, recoveryCode, native)).toEqual(vault);
    await expect(openWithPassword(bundle, 'a long walk by the lake', native)).rejects.toThrow(WrongSecret);
    await expect(openWithRecoveryCode(bundle, 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA', native)).rejects.toThrow(WrongSecret);
    await expect(openWithPassword(bundle, recoveryCode, native)).rejects.toThrow(WrongSecret);
  });

  it('opens with Argon2id in JavaScript as with the platform’s own', async () => {
    const { bundle, vault } = await create();
    expect(await openWithPassword(bundle, 'a long walk by the sea', portableArgon2id)).toEqual(vault);
  });

  it('takes less than 1 KiB of the 8 that the server keeps', async () => {
    const { bundle } = await create('x'.repeat(128));
    expect(JSON.stringify(bundle).length).toBeLessThan(1_024);
  });

  it('keeps its vault when the password changes: the old password opens nothing, the recovery code still does', async () => {
    const { bundle, vault, recoveryCode } = await create();
    const changed = await changePassword(bundle, vault, 'a short walk in the woods', native);
    expect(await openWithPassword(changed, 'a short walk in the woods', native)).toEqual(vault);
    expect(await openWithRecoveryCode(changed, recoveryCode, native)).toEqual(vault);
    await expect(openWithPassword(changed, 'a long walk by the sea', native)).rejects.toThrow(WrongSecret);
  });

  it('after a reset by mail stays closed without the recovery code, and with it goes on under the new password', async () => {
    const { bundle, vault, recoveryCode } = await create();
    await expect(openWithPassword(bundle, 'set by mail', native)).rejects.toThrow(WrongSecret);
    const recovered = await openWithRecoveryCode(bundle, recoveryCode, native);
    const renewed = await changePassword(bundle, recovered, 'set by mail', native);
    expect(await openWithPassword(renewed, 'set by mail', native)).toEqual(vault);
  });

  it('has a recovery code that can be replaced', async () => {
    const { bundle, vault, recoveryCode } = await create();
    const { bundle: renewed, recoveryCode: next } = await changeRecoveryCode(bundle, vault, native);
    expect(await openWithRecoveryCode(renewed, next, native)).toEqual(vault);
    await expect(openWithRecoveryCode(renewed, recoveryCode, native)).rejects.toThrow(WrongSecret);
  });

  it('takes a recovery code in any case, without dashes, and with O for 0 and L for 1', async () => {
    const { bundle, vault, recoveryCode } = await create();
    const typed = recoveryCode.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect(await openWithRecoveryCode(bundle, typed, native)).toEqual(vault);
  });

  it('takes the same password from keyboards that compose letters differently', async () => {
    const { bundle, vault } = await create('caf\u00e9 con leche');
    expect(await openWithPassword(bundle, 'cafe\u0301 con leche', native)).toEqual(vault);
  });

  it('does not open where the server has changed a byte of it, or swapped its two halves', async () => {
    const { bundle } = await create();
    const { password, recovery } = bundle;
    const flipped = `${password.sealed.startsWith('A') ? 'B' : 'A'}${password.sealed.slice(1)}`;
    await expect(
      openWithPassword({ ...bundle, password: { ...password, sealed: flipped } }, 'a long walk by the sea', native),
    ).rejects.toThrow(WrongSecret);
    await expect(
      openWithRecoveryCode({ ...bundle, recovery: password, password: recovery }, 'a long walk by the sea', native),
    ).rejects.toThrow(WrongSecret);
  });
});

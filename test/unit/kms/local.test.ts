import { describe, expect, it } from '@jest/globals';
import { localKeyWrapping } from '../../../shared/platform/kms/local.ts';

const [ONE, TWO] = [
  'the first secret, of thirty-two characters',
  'the second secret, of thirty-two characters',
] as const;
const dataKey = Buffer.alloc(32, 9);

describe('a master key of the server’s own secret', () => {
  it('gives back what it has wrapped, to the same context only', async () => {
    const wrapping = localKeyWrapping([ONE]);
    const key = await wrapping.wrap(dataKey, 'ada');
    expect(await wrapping.unwrap(key, 'ada')).toEqual(dataKey);
    await expect(wrapping.unwrap(key, 'ben')).rejects.toMatchObject({ code: 'data_key_damaged' });
  });

  it('has an id of its secret, which does not hold it', async () => {
    const { currentKeyId } = localKeyWrapping([ONE]);
    expect(currentKeyId).toMatch(/^local:[0-9a-f]{16}$/);
    expect(localKeyWrapping([ONE, TWO]).currentKeyId).toBe(currentKeyId);
    expect(localKeyWrapping([TWO]).currentKeyId).not.toBe(currentKeyId);
  });

  it('unwraps with every accepted secret, and says which one is missing', async () => {
    const key = await localKeyWrapping([ONE]).wrap(dataKey, 'ada');
    expect(await localKeyWrapping([TWO, ONE]).unwrap(key, 'ada')).toEqual(dataKey);
    await expect(localKeyWrapping([TWO]).unwrap(key, 'ada')).rejects.toMatchObject({
      code: 'master_key_refused',
      message: expect.stringContaining(key.keyId),
    });
  });
});

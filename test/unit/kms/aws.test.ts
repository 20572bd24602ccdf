import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { awsKeyWrapping, type KmsConfig } from '../../../shared/platform/kms/aws.ts';
import { localKeyWrapping } from '../../../shared/platform/kms/local.ts';
import { movedToKms } from '../../../shared/platform/kms/moved.ts';
import { type KmsStandIn, startKmsStandIn } from '../../support/stand-ins/kms/index.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const region = 'eu-central-1';
const dataKey = Buffer.alloc(32, 9);

let kms: KmsStandIn;
let keyId: string;
beforeAll(async () => {
  kms = await startKmsStandIn({ ...credentials, region });
});
afterAll(() => kms.stop());
beforeEach(() => {
  keyId = kms.keys.create();
});

const wrapping = (over: Partial<KmsConfig> = {}) =>
  awsKeyWrapping({
    keyId,
    region,
    endpoint: kms.url,
    credentials,
    timeouts: { connect: 500, answer: 250 },
    ...over,
  });

describe('a master key in AWS KMS', () => {
  it('gives back what it has wrapped, to the same context only', async () => {
    const key = await wrapping().wrap(dataKey, 'ada');
    expect(key.keyId).toBe(keyId);
    expect(key.wrapped.includes(dataKey)).toBe(false);
    expect(await wrapping().unwrap(key, 'ada')).toEqual(dataKey);
    await expect(wrapping().unwrap(key, 'ben')).rejects.toMatchObject({ code: 'data_key_damaged', class: 'permanent' });
  });

  it('may be named by its ARN', async () => {
    const arn = `arn:aws:kms:${region}:111122223333:key/${keyId}`;
    const key = await wrapping({ keyId: arn }).wrap(dataKey, 'ada');
    expect(key.keyId).toBe(arn);
    expect(await wrapping().unwrap(key, 'ada')).toEqual(dataKey);
  });

  it('unwraps what an earlier one has wrapped, by the id that is stored with it', async () => {
    const earlier = await wrapping().wrap(dataKey, 'ada');
    const current = wrapping({ keyId: kms.keys.create() });
    expect(await current.unwrap(earlier, 'ada')).toEqual(dataKey);
  });

  it('takes no blob of another key for its own', async () => {
    const other = await wrapping({ keyId: kms.keys.create() }).wrap(dataKey, 'ada');
    await expect(wrapping().unwrap({ ...other, keyId }, 'ada')).rejects.toMatchObject({ code: 'data_key_damaged' });
  });

  it('takes no blob that was changed', async () => {
    const { wrapped } = await wrapping().wrap(dataKey, 'ada');
    wrapped[wrapped.length - 1] = (wrapped.at(-1) as number) ^ 1;
    await expect(wrapping().unwrap({ keyId, wrapped }, 'ada')).rejects.toMatchObject({ code: 'data_key_damaged' });
  });

  it('opens what the server’s own secrets wrapped before there was KMS', async () => {
    const local = localKeyWrapping(['the secret of before, of thirty-two characters']);
    const both = movedToKms(wrapping(), local);
    const earlier = await local.wrap(dataKey, 'ada');
    const later = await both.wrap(dataKey, 'ada');
    expect(later.keyId).toBe(keyId);
    expect(await both.unwrap(earlier, 'ada')).toEqual(dataKey);
    expect(await both.unwrap(later, 'ada')).toEqual(dataKey);
  });
});

describe('of a master key that cannot be used it is said', () => {
  const refused = { code: 'master_key_refused', class: 'permanent' };

  it('that somebody has to mend it, where it is missing, disabled or about to be deleted', async () => {
    await expect(
      wrapping({ keyId: '00000000-0000-4000-8000-000000000000' }).wrap(dataKey, 'ada'),
    ).rejects.toMatchObject(refused);
    const key = await wrapping().wrap(dataKey, 'ada');
    kms.keys.setState(keyId, 'Disabled');
    await expect(wrapping().unwrap(key, 'ada')).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('is disabled'),
    });
    kms.keys.setState(keyId, 'PendingDeletion');
    await expect(wrapping().unwrap(key, 'ada')).rejects.toMatchObject(refused);
  });

  it.each([
    ['an access key nobody has', { ...credentials, accessKeyId: 'AKIDOTHER' }],
    ['a wrong secret', { ...credentials, secretAccessKey: 'wrong' }],
  ])('that somebody has to mend it, for %s', async (_what, wrong) => {
    await expect(wrapping({ credentials: wrong }).wrap(dataKey, 'ada')).rejects.toMatchObject(refused);
  });

  it('that it may not be used, by these credentials', async () => {
    kms.fail({ operation: 'Encrypt', kind: 'error', code: 'AccessDeniedException', status: 400 });
    await expect(wrapping().wrap(dataKey, 'ada')).rejects.toMatchObject(refused);
  });

  it('to pause, where KMS goes on throttling', async () => {
    kms.fail({ operation: 'Encrypt', kind: 'error', code: 'ThrottlingException', status: 400, times: 3 });
    await expect(wrapping().wrap(dataKey, 'ada')).rejects.toMatchObject({ class: 'throttled', retryAfterMs: 2_000 });
  });

  it.each([
    ['internal errors', { kind: 'error', code: 'KMSInternalException', status: 500, times: 3 }],
    ['no answer in time', { kind: 'hang', times: 3 }],
    ['broken connections', { kind: 'reset', times: 3 }],
  ] as const)('to try again, after %s', async (_what, fault) => {
    kms.fail({ operation: 'Encrypt', ...fault });
    await expect(wrapping().wrap(dataKey, 'ada')).rejects.toMatchObject({
      code: 'master_key_unavailable',
      class: 'transient',
    });
  });

  it('to try again, where nothing listens', async () => {
    await expect(wrapping({ endpoint: 'http://127.0.0.1:1' }).wrap(dataKey, 'ada')).rejects.toMatchObject({
      class: 'transient',
    });
  });
});

describe('a call to KMS', () => {
  it('is repeated by itself after a single failure', async () => {
    kms.fail({ operation: 'Encrypt', kind: 'error', code: 'ThrottlingException', status: 400 });
    kms.fail({ operation: 'Decrypt', kind: 'reset' });
    const key = await wrapping().wrap(dataKey, 'ada');
    expect(await wrapping().unwrap(key, 'ada')).toEqual(dataKey);
  });

  it('ends with its caller’s own reason when that calls it off', async () => {
    kms.fail({ operation: 'Encrypt', kind: 'hang' });
    const stop = new AbortController();
    const calling = wrapping().wrap(dataKey, 'ada', stop.signal);
    stop.abort(new Error('the process ends'));
    await expect(calling).rejects.toThrow('the process ends');
  });
});

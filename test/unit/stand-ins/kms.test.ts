import { DecryptCommand, EncryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { manualClock, systemClock } from '../../../shared/platform/clock.ts';
import { type KmsStandIn, startKmsStandIn } from '../../support/stand-ins/kms/index.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const region = 'eu-central-1';
const clock = manualClock(systemClock.now());

let kms: KmsStandIn;
let client: KMSClient;
let KeyId: string;
beforeAll(async () => {
  kms = await startKmsStandIn({ ...credentials, region, clock });
  client = new KMSClient({ region, endpoint: kms.url, credentials, maxAttempts: 1 });
  KeyId = kms.keys.create();
});
afterAll(async () => {
  client.destroy();
  await kms.stop();
});

describe('the stand-in of KMS', () => {
  it('makes data keys that it decrypts again, with the context in any order', async () => {
    const made = await client.send(
      new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext: { one: '1', two: '2' } }),
    );
    const { CiphertextBlob } = made;
    const opened = await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { two: '2', one: '1' } }));
    expect(opened.Plaintext).toEqual(made.Plaintext);
    expect(opened.KeyId).toBe(`arn:aws:kms:${region}:111122223333:key/${KeyId}`);
  });

  it('refuses another context, and less or more of it', async () => {
    const { CiphertextBlob } = await client.send(
      new EncryptCommand({ KeyId, Plaintext: Buffer.from('key'), EncryptionContext: { user: 'ada' } }),
    );
    for (const EncryptionContext of [{ user: 'ben' }, {}, { user: 'ada', more: '1' }])
      await expect(client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))).rejects.toMatchObject({
        name: 'InvalidCiphertextException',
      });
  });

  it.each([
    ['a plaintext over 4,096 bytes', { Plaintext: Buffer.alloc(4_097) }],
    ['what it does not do', { Plaintext: Buffer.of(1), GrantTokens: ['token'] }],
  ])('refuses %s', async (_what, request) => {
    await expect(client.send(new EncryptCommand({ KeyId, ...request }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('refuses what is not signed, or was signed more than 15 minutes ago', async () => {
    const unsigned = await fetch(kms.url, { method: 'POST', body: '{}' });
    expect([unsigned.status, await unsigned.json()]).toMatchObject([
      400,
      { __type: 'MissingAuthenticationTokenException' },
    ]);
    clock.advance({ minutes: 16 });
    await expect(client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.of(1) }))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    });
  });
});

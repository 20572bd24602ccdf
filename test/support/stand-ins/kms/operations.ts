import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { kmsRefusal } from './errors.ts';
import type { Keys } from './keys.ts';

export const OPERATIONS = ['Encrypt', 'Decrypt', 'GenerateDataKey'] as const;
export type Operation = (typeof OPERATIONS)[number];

// What a request may say that the stand-in does not do is refused, not passed over.
const blob = (most: number) =>
  z
    .base64()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((bytes) => bytes.length >= 1 && bytes.length <= most);
const Context = z.record(z.string().min(1).max(256), z.string().max(8_192)).default({});
const KeyId = z.string().min(1).max(2_048);
const Symmetric = z.literal('SYMMETRIC_DEFAULT').optional();

const requests = {
  Encrypt: z.strictObject({
    KeyId,
    Plaintext: blob(4_096),
    EncryptionContext: Context,
    EncryptionAlgorithm: Symmetric,
  }),
  Decrypt: z.strictObject({
    KeyId: KeyId.optional(),
    CiphertextBlob: blob(6_144),
    EncryptionContext: Context,
    EncryptionAlgorithm: Symmetric,
  }),
  GenerateDataKey: z.strictObject({ KeyId, EncryptionContext: Context, KeySpec: z.enum(['AES_256', 'AES_128']) }),
};

/** Answers one operation on these keys. */
export function perform(operation: Operation, body: unknown, keys: Keys): Record<string, string> {
  switch (operation) {
    case 'Encrypt': {
      const { KeyId: named, Plaintext, EncryptionContext } = read('Encrypt', body);
      const { arn, blob: made } = keys.encrypt(named, Plaintext, EncryptionContext);
      return { CiphertextBlob: made.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT', KeyId: arn };
    }
    case 'Decrypt': {
      const { KeyId: named, CiphertextBlob, EncryptionContext } = read('Decrypt', body);
      const { arn, plaintext } = keys.decrypt(CiphertextBlob, EncryptionContext, named);
      return { EncryptionAlgorithm: 'SYMMETRIC_DEFAULT', KeyId: arn, Plaintext: plaintext.toString('base64') };
    }
    case 'GenerateDataKey': {
      const { KeyId: named, EncryptionContext, KeySpec } = read('GenerateDataKey', body);
      const plaintext = randomBytes(KeySpec === 'AES_256' ? 32 : 16);
      const { arn, blob: made } = keys.encrypt(named, plaintext, EncryptionContext);
      return { CiphertextBlob: made.toString('base64'), KeyId: arn, Plaintext: plaintext.toString('base64') };
    }
  }
}

function read<Name extends Operation>(operation: Name, body: unknown): z.output<(typeof requests)[Name]> {
  const result = requests[operation].safeParse(body);
  if (result.success) return result.data as z.output<(typeof requests)[Name]>;
  throw kmsRefusal('ValidationException', `1 validation error detected: ${result.error.issues[0]?.path.join('.')}`);
}

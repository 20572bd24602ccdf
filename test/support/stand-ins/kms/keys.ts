import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { kmsRefusal } from './errors.ts';

type State = 'Enabled' | 'Disabled' | 'PendingDeletion';
type Key = { id: string; arn: string; state: State; material: Buffer };

export type EncryptionContext = Readonly<Record<string, string>>;

/** The symmetric keys of one account and region, and what is encrypted under them. */
export type Keys = ReturnType<typeof createKeys>;

export function createKeys(region: string) {
  const keys = new Map<string, Key>();

  /** By id or ARN, as KMS does. */
  const find = (named: string): Key => {
    const key = keys.get(named.replace(/^arn:aws:kms:[^:]+:\d{12}:key\//, ''));
    if (!key || (named.startsWith('arn:') && named !== key.arn))
      throw kmsRefusal('NotFoundException', `Key '${named}' does not exist`);
    return key;
  };
  const usable = (key: Key): Key => {
    if (key.state === 'Disabled') throw kmsRefusal('DisabledException', `${key.arn} is disabled.`);
    if (key.state === 'PendingDeletion')
      throw kmsRefusal('KMSInvalidStateException', `${key.arn} is pending deletion.`);
    return key;
  };

  return {
    create(): string {
      const id = randomUUID();
      keys.set(id, {
        id,
        arn: `arn:aws:kms:${region}:111122223333:key/${id}`,
        state: 'Enabled',
        material: randomBytes(32),
      });
      return id;
    },
    setState(id: string, state: State): void {
      find(id).state = state;
    },
    encrypt(named: string, plaintext: Buffer, context: EncryptionContext): { arn: string; blob: Buffer } {
      const key = usable(find(named));
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key.material, iv);
      cipher.setAAD(bytesOf(context));
      const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
      return { arn: key.arn, blob: Buffer.concat([idBytes(key.id), iv, cipher.getAuthTag(), ciphertext]) };
    },
    decrypt(blob: Buffer, context: EncryptionContext, named?: string): { arn: string; plaintext: Buffer } {
      const key = [...keys.values()].find(({ id }) => idBytes(id).equals(blob.subarray(0, 16)));
      const wanted = named === undefined ? key : find(named);
      if (key && wanted !== key) throw kmsRefusal('IncorrectKeyException', `The ciphertext is not of ${named}.`);
      if (!key) throw kmsRefusal('InvalidCiphertextException');
      usable(key);
      const decipher = createDecipheriv('aes-256-gcm', key.material, blob.subarray(16, 28));
      decipher.setAAD(bytesOf(context));
      try {
        decipher.setAuthTag(blob.subarray(28, 44));
        return { arn: key.arn, plaintext: Buffer.concat([decipher.update(blob.subarray(44)), decipher.final()]) };
      } catch {
        throw kmsRefusal('InvalidCiphertextException');
      }
    },
  };
}

const idBytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');

/** The same for the same pairs in any order: KMS compares contexts as sets. */
const bytesOf = (context: EncryptionContext): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));

import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { kmsError } from './kms-errors.ts';
import type { KeyWrapping } from './port.ts';

export type KmsConfig = {
  /** The id or the ARN of a symmetric key; never an alias, whose key can change unnoticed. */
  keyId: string;
  region: string;
  /** Another address than Amazon's public one. */
  endpoint?: string;
  /** Without them the SDK looks for the role of the task, the pod or the machine. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  timeouts?: Timeouts;
};

/** Milliseconds: until connected; without an answer. */
type Timeouts = { connect: number; answer: number };

/** The master key in AWS KMS. Loads the AWS SDK, so import it only where KMS is configured. */
export function awsKeyWrapping(config: KmsConfig): KeyWrapping {
  const client = clientOf(config);
  const encryptionContext = (userId: string) => ({ 'amira:user': userId });
  return {
    currentKeyId: config.keyId,
    async wrap(dataKey, context, signal) {
      const command = new EncryptCommand({
        KeyId: config.keyId,
        Plaintext: dataKey,
        EncryptionContext: encryptionContext(context),
      });
      const { CiphertextBlob } = await calling(config.keyId, client.send(command, aborting(signal)), signal);
      return { keyId: config.keyId, wrapped: bytesOf(CiphertextBlob) };
    },
    async unwrap({ keyId, wrapped }, context, signal) {
      // KMS would find the key by the blob alone; named, a blob of anybody else's key is refused.
      const command = new DecryptCommand({
        KeyId: keyId,
        CiphertextBlob: wrapped,
        EncryptionContext: encryptionContext(context),
      });
      return bytesOf((await calling(keyId, client.send(command, aborting(signal)), signal)).Plaintext);
    },
  };
}

const clientOf = ({ region, endpoint, credentials, timeouts = { connect: 1_000, answer: 2_000 } }: KmsConfig) =>
  new KMSClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials ? { credentials } : {}),
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: timeouts.connect,
      requestTimeout: timeouts.answer,
      throwOnRequestTimeout: true,
    },
  });

async function calling<Output>(keyId: string, sent: Promise<Output>, signal?: AbortSignal): Promise<Output> {
  try {
    return await sent;
  } catch (error) {
    throw signal?.aborted ? signal.reason : kmsError(error, keyId);
  }
}

function bytesOf(bytes: Uint8Array | undefined): Buffer {
  if (!bytes) throw new TypeError('KMS answered without the key it was asked for.');
  return Buffer.from(bytes);
}

const aborting = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});

import { generateKeyPair, randomBytes, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';

/** The part of a Google service account file that the SDK and the token endpoint read. */
export type ServiceAccount = {
  type: 'service_account';
  project_id: string;
  private_key_id: string;
  private_key: string;
  client_email: string;
  client_id: string;
  token_uri: string;
};

/** A service account nobody else knows: a new RSA key, worth nothing outside the stand-in that is told about it. */
export async function throwAwayServiceAccount(projectId = 'amira-embedded'): Promise<ServiceAccount> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    type: 'service_account',
    project_id: projectId,
    private_key_id: randomBytes(20).toString('hex'),
    private_key: privateKey,
    client_email: `push@${projectId}.iam.gserviceaccount.com`,
    client_id: randomUUID(),
    token_uri: 'https://oauth2.googleapis.com/token',
  };
}

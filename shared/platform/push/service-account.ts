import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { permanent } from '../errors.ts';

/** What the Firebase Admin SDK needs to know of a Google service account. */
export type ServiceAccount = { projectId: string; clientEmail: string; privateKey: string };

const File = z.object({
  project_id: z.string().min(1),
  client_email: z.email(),
  private_key: z.string().refine(isPrivateKey, 'not a private key in PEM form'),
});

/** Reads the parsed JSON of a service account; throws `push_credentials_invalid`, naming fields and never their values. */
export function readServiceAccount(credentials: object): ServiceAccount {
  const file = File.safeParse(credentials);
  if (!file.success) {
    const problems = file.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw permanent('push_credentials_invalid', `Not a Google service account: ${problems.join('; ')}`);
  }
  const { project_id: projectId, client_email: clientEmail, private_key: privateKey } = file.data;
  return { projectId, clientEmail, privateKey };
}

function isPrivateKey(pem: string): boolean {
  try {
    createPrivateKey(pem);
    return true;
  } catch {
    return false;
  }
}

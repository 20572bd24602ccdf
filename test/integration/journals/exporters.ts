import { afterAll, beforeAll } from '@jest/globals';
import { buildApp } from '../../../api/app.ts';
import { issueReauthenticationProof, recordConsents } from '../../../shared/accounts/index.ts';
import { type ApiClient, serveApp } from '../../support/api/client.ts';
import { newPerson } from '../../support/api/person.ts';
import type { JournalsFixture, Person } from './journals-fixture.ts';
import { honestUpload, recordingOf, type Upload } from './uploads.ts';

/** Somebody who can prove once more who they are. */
export type Exporter = Person & { proof(): Promise<Record<string, string>> };
export type Made = { exportId: string; expiresAt: string; size: number };

export const NOTE = 'only I and this archive may read this: año';

/** People who take home what they have, over an API of the journals' system. */
export function exporters(app: JournalsFixture) {
  let client: ApiClient;
  beforeAll(async () => {
    client = await serveApp(buildApp(app.api));
  });
  afterAll(() => client?.close());

  async function somebody(): Promise<Exporter> {
    const { api, clock } = app;
    const person = await newPerson(api, client);
    await api.database.transaction({ userId: person.id }, (tx) =>
      recordConsents(tx, person.id, ['service'], clock.now()),
    );
    return {
      id: person.id,
      token: person.token,
      refresh: async () => {},
      send: (method, path, body, headers = {}) => person.send(method, path, { body, headers }),
      proof: async () => {
        const bearer = { userId: person.id, sessionId: person.sessionId, tokenVersion: 1 };
        const { proof } = await issueReauthenticationProof(bearer, api.accountKeys.accessToken, clock.now());
        return { 'X-Reauthentication': proof };
      },
    };
  }

  /** Somebody with a note and recordings. */
  async function writer(formats = ['opus', 'wav']) {
    const person = await somebody();
    const at = app.clock.now().toString();
    await person.send('POST', '/v1/emotions', {
      emotionTypeId: 1,
      intensity: 7,
      notes: NOTE,
      occurredAt: at,
      timeZone: 'UTC',
    });
    const uploads: { id: string; upload: Upload }[] = [];
    for (const format of formats) {
      const upload = await honestUpload(recordingOf(format));
      uploads.push({ id: (await app.verdictOn(upload, person)).id, upload });
    }
    return { person, uploads };
  }

  /** Where to follow the work. */
  const asked = async (person: Exporter, path = '/v1/me/export'): Promise<string> =>
    (await person.send('POST', path)).headers.get('location') ?? '';

  const jobAt = async (person: Exporter, location: string) => (await person.send('GET', location)).body;

  async function made(person: Exporter, path?: string): Promise<Made> {
    const location = await asked(person, path);
    await app.work();
    const job = await jobAt(person, location);
    if (job['state'] !== 'done') throw new Error(JSON.stringify(job));
    return job['result'] as Made;
  }

  /** @param origin of the process that is to send the archive */
  async function link(person: Exporter, { exportId }: Made, origin = client.url): Promise<string> {
    const { body } = await person.send('POST', `/v1/exports/${exportId}/link`, undefined, await person.proof());
    const { pathname, search } = new URL(String(body['url']));
    return origin + pathname + search;
  }

  return { somebody, writer, asked, jobAt, made, link };
}

export async function download(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

export const jsonIn = (files: Map<string, Buffer>, path: string) => JSON.parse(files.get(path)?.toString() ?? 'null');

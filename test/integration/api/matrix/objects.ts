import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { trendsRecompute } from '../../../../jobs/trends-recompute/contract.ts';
import { openSession } from '../../../../shared/accounts/index.ts';
import type { Deps } from '../../../../shared/compose.ts';
import { createShare, newShareToken, shareTokenHash } from '../../../../shared/journals/index.ts';
import { enqueueKnown } from '../../../../shared/ledger/enqueue.ts';
import { JournalId, newId, type ShareId, type UserId } from '../../../../shared/platform/ids.ts';
import type { Person } from '../../../support/api/person.ts';
import { newConsent } from '../../../support/factories.ts';
import { services } from '../../../support/jest/services.ts';
import { operations } from '../../../support/openapi/operations.ts';
import { storedInsight } from '../../../support/stored-insight.ts';
import { sampleOf } from './samples.ts';

/** What a path parameter names. */
export type ObjectKind = {
  /** Makes one of the person's own and gives back what names it. `above` are the names before it in the address. */
  make(owner: Person, deps: Deps, above: Readonly<Record<string, string>>): Promise<string>;
  missing(): string;
  /** People name it themselves, so that PUT makes what is not there yet. */
  readonly namedByOwner?: true;
};

/** The address up to a parameter → what the parameter names. A route with another one has to say so here. */
const KINDS: Readonly<Record<string, ObjectKind>> = {
  '/v1/emotions/{id}': { make: (owner) => created(owner, '/v1/emotions'), missing: newId },
  '/v1/emotions/insights/{id}': {
    make: async ({ id }, { database }) => {
      await newConsent(database, id, 'insights');
      return asWorker(database.url, id, (client) => storedInsight((sql, values) => client.query(sql, values), id));
    },
    missing: newId,
  },
  '/v1/journals/{id}': { make: (owner) => created(owner, '/v1/journals'), missing: newId },
  '/v1/journals/{id}/shares/{shareId}': {
    make: async (owner, deps, { id = '' }) => (await shared(owner, deps, id)).shareId,
    missing: newId,
  },
  '/v1/shared/{token}': {
    make: async (owner, deps) => (await shared(owner, deps, await created(owner, '/v1/journals'))).token,
    missing: newShareToken,
  },
  '/v1/me/devices/{deviceId}': {
    make: async (owner) => {
      const deviceId = randomUUID();
      await succeeded(owner, 'PUT', `/v1/me/devices/${deviceId}`, { name: 'Phone', platform: 'android' });
      return deviceId;
    },
    missing: randomUUID,
    namedByOwner: true,
  },
  '/v1/me/sessions/{id}': {
    make: async ({ id }, { database, accountKeys, clock, userKeys }) => {
      const nameSealed = (await userKeys.cipherOf(id)).seal('session.device_name', 'Tablet');
      const device = { deviceId: 'another', nameSealed, platform: 'ios' };
      return database.transaction({ userId: id }, async (tx) => {
        return (await openSession(tx, id, device, accountKeys.refreshToken, clock.now())).sessionId;
      });
    },
    missing: newId,
  },
  '/v1/exports/{id}': {
    make: async ({ id }, { database, clock }) => {
      const exportId = newId();
      const values = [exportId, id, newId(), clock.now().toString(), clock.now().add({ hours: 1 }).toString()];
      await database.transaction({ userId: id }, (tx) => tx.query(READY_EXPORT, values));
      return exportId;
    },
    missing: newId,
  },
  '/v1/jobs/{id}': {
    make: ({ id }, { database }) =>
      database.transaction({ userId: id }, (tx) => enqueueKnown(tx, trendsRecompute, { userId: id })),
    missing: newId,
  },
};

/** What only workers may write: in one of their connections, for that person. */
async function asWorker<Made>(apiUrl: string, userId: UserId, make: (client: Client) => Promise<Made>): Promise<Made> {
  const { pathname } = new URL(apiUrl);
  const client = new Client({
    connectionString: Object.assign(new URL(services().templateUrls.worker), { pathname }).href,
  });
  await client.connect();
  try {
    await client.query(`set app.user_id = '${userId}'`);
    return await make(client);
  } finally {
    await client.end();
  }
}

const READY_EXPORT = `
  insert into export (id, user_id, kind, job_id, size, created_at, ready_at, expires_at)
  values ($1, $2, 'account', $3, 22, $4, $4, $5)`;

/** What the path's parameters name, by the parameter's name; `undefined` for one that nobody has told us of. */
export function objectKindsOf(path: string): ReadonlyMap<string, ObjectKind | undefined> {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)];
  return new Map(
    parameters.map(({ 0: braced, 1: name = '', index }) => [name, KINDS[path.slice(0, index + braced.length)]]),
  );
}

/** Nothing is uploaded here: the recording is said to be valid. */
async function shared({ id: userId }: Person, { database, clock }: Deps, journalId: string) {
  const [id, token, now] = [newId<ShareId>(), newShareToken(), clock.now()];
  const journal = JournalId.parse(journalId);
  const limits = { expiresAt: now.add({ hours: 1 }), maxDownloads: 100, tokenHash: shareTokenHash(token) };
  await database.transaction({ userId }, async (tx) => {
    await tx.query(`update audio_metadata set status = 'valid' where journal_id = $1`, [journal]);
    await createShare(tx, userId, { id, journalId: journal, ...limits }, now);
  });
  return { shareId: id, token };
}

async function created(owner: Person, path: string): Promise<string> {
  const operation = operations.find((one) => one.method === 'POST' && one.path === path);
  if (!operation) throw new Error(`there is no POST ${path} to make one with`);
  const { headers } = await succeeded(owner, 'POST', path, sampleOf(operation).body);
  return headers.get('Location')?.split('/').at(-1) ?? '';
}

async function succeeded(owner: Person, method: string, path: string, body: unknown) {
  const reply = await owner.send(method, path, { body });
  if (reply.status >= 300) throw new Error(`${method} ${path} was answered ${reply.status}: ${reply.text}`);
  return reply;
}

import { accountExport } from '../../jobs/account-export/contract.ts';
import { exportHandler } from '../../jobs/export-handler.ts';
import { recordConsents } from '../../shared/accounts/index.ts';
import type { Deps } from '../../shared/compose.ts';
import { requestExport } from '../../shared/exports/index.ts';
import type { Transaction } from '../../shared/platform/database/database.ts';
import { type ExportId, type JobId, newId, type UserId } from '../../shared/platform/ids.ts';
import type { Reply } from '../support/api/client.ts';
import { runHandler } from '../support/run-handler.ts';
import { storedInsight } from '../support/stored-insight.ts';
import type { Scene } from './attempt.ts';
import type { Inhabitant } from './inhabitant.ts';
import { declaration } from './journal-habits.ts';
import type { Send } from './sender.ts';

type Parts = { api: Deps; worker: Deps; send: Send };

/** Gives somebody what only workers make: insights, an export of all they have, and then a recording that is said to be valid. */
export async function furnish(one: Inhabitant, { random, now }: Chance, { api, worker, send }: Parts): Promise<void> {
  const userId = one.person.id;
  const asThem: Transactional = (work) => api.database.transaction({ userId }, work);
  await asThem((tx) => recordConsents(tx, userId, ['service', 'insights'], api.clock.now()));
  await succeeded(send(one, { method: 'PATCH', path: '/v1/me', body: { displayName: `${one.mark} by name` } }));
  for (let n = 0; n < 3; n += 1) {
    const id = await worker.database.transaction({ userId }, (tx) => storedInsight(tx.query, userId));
    one.ids.insights.add(id);
  }
  one.ids.exports.add(await exported(userId, asThem, worker));

  const body = declaration({ me: one, random, now });
  const journal = (await succeeded(send(one, { method: 'POST', path: '/v1/journals', body })))['journal'] as {
    id: string;
  };
  await asThem((tx) => tx.query(`update audio_metadata set status = 'valid' where journal_id = $1`, [journal.id]));
  one.ids.recordings.add(journal.id);
}

type Chance = Pick<Scene, 'random' | 'now'>;
type Transactional = <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;

async function exported(userId: UserId, asThem: Transactional, worker: Deps): Promise<ExportId> {
  const { promise: asked, resolve } = Promise.withResolvers<ExportId>();
  const { clock, database } = worker;
  await asThem((tx) =>
    requestExport(tx, userId, { kind: 'account' }, clock.now(), (id) => {
      resolve(id);
      return newId<JobId>();
    }),
  );
  const exportId = await asked;
  await runHandler(database, accountExport, exportHandler(worker), { userId, exportId }, { clock });
  return exportId;
}

async function succeeded(answer: Promise<Reply>): Promise<Reply['body']> {
  const { status, body, text } = await answer;
  if (status >= 300) throw new Error(`somebody could not be furnished: ${status} ${text}`);
  return body;
}

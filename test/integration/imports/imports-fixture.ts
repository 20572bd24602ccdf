import { checkinsImport } from '../../../jobs/checkins-import/contract.ts';
import type { PoolName } from '../../../shared/ledger/contract.ts';
import { markDispatched } from '../../../shared/ledger/dispatch.ts';
import { batchedClaims } from '../../../workers/claim-batch.ts';
import { createJobRunner, type RunOutcome } from '../../../workers/job-runner.ts';
import { buildRegistry } from '../../../workers/registry.ts';
import type { Reply } from '../../support/api/client.ts';
import { journals, type Person } from '../journals/journals-fixture.ts';

export type { Person } from '../journals/journals-fixture.ts';

/** What a job answers its owner of an import. */
export type Result = {
  format: string;
  lines: number;
  created: number;
  existing: number;
  duplicates: number;
  rejected: number;
  errors: { line: number; code: string }[];
  moreErrors: number;
  notRead: number;
};
export type ImportJob = { kind: string; state: string; error?: { code: string }; result?: Result };

export const HEADER = 'occurredAt,timeZone,emotionType,intensity,context,notes';
export const good = (n = 0) =>
  `2026-03-01T${String(n % 24).padStart(2, '0')}:${String(Math.floor(n / 24) % 60).padStart(2, '0')}:00Z,Europe/Madrid,joy,7,,`;
export const fileOf = (...lines: string[]) => [HEADER, ...lines].map((line) => `${line}\n`).join('');

/** The api, the object store and any pool's jobs, each run by the real runner whenever a test says so. */
export function imports() {
  const fixture = journals();

  const work = async (...pools: PoolName[]): Promise<RunOutcome[]> => {
    const { worker, running, clock } = fixture;
    const { database, random, probe, logger } = worker;
    const claim = batchedClaims(database, 'test');
    const run = createJobRunner({
      database,
      registry: buildRegistry(worker),
      claim,
      running,
      clock,
      random,
      logger,
      probe,
    });
    const due = (await Promise.all(pools.map((pool) => markDispatched(database, pool, 100)))).flat();
    return Promise.all(due.map(run));
  };
  const send = (
    person: Person,
    file: string | Uint8Array,
    path = '/v1/emotions/import',
    headers = {},
  ): Promise<Reply> => person.send('POST', path, file, { 'Content-Type': 'text/csv', ...headers });
  const jobOf = async (person: Person, reply: Reply) =>
    (await person.send('GET', reply.headers.get('Location') ?? '')).body as ImportJob;

  return {
    fixture,
    work,
    send,
    jobOf,
    /** Sends a file and does the import; what its job says then. */
    async imported(person: Person, file: string | Uint8Array, path?: string): Promise<Result> {
      const reply = await send(person, file, path);
      if (reply.status !== 202) throw new Error(reply.text);
      await work(checkinsImport.pool);
      const { result, ...job } = await jobOf(person, reply);
      if (!result) throw new Error(JSON.stringify(job));
      return result;
    },
    checkins: async (person: Person) =>
      (await person.send('GET', '/v1/emotions?limit=100')).body['items'] as Record<string, unknown>[],
    count: async (person: Person, table: 'checkin' | 'activity') =>
      (await fixture.look(`select from ${table} where user_id = $1`, [person.id])).length,
    /** Keys of the files that rest in the object store. */
    files: () =>
      fixture.s3.standIn
        .objects()
        .map(({ key }) => key)
        .filter((key) => key.startsWith('imports/')),
    jobsOf: (person: Person) =>
      fixture.look(
        `select kind, state, due_at > now() + interval '10 seconds' as later from job where subject = $1 order by kind`,
        [person.id],
      ),
  };
}

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cancelJob, replayJob } from '../../../shared/ledger/cancel.ts';
import type { ClaimedJob, Dispatch } from '../../../shared/ledger/claim.ts';
import { unmarkDispatched } from '../../../shared/ledger/dispatch.ts';
import { type FailureDecision, failJob, handBackJob } from '../../../shared/ledger/fail.ts';
import { finishJob, isStaleFence } from '../../../shared/ledger/finish.ts';
import { renewLeases } from '../../../shared/ledger/lease.ts';
import { sweepLeases } from '../../../shared/ledger/sweep.ts';
import type { JobId } from '../../../shared/platform/ids.ts';
import { coalescingContract, testContract } from '../../support/test-jobs.ts';
import { ledgerFixture } from './ledger-fixture.ts';

const ledger = ledgerFixture();
const plain = testContract('plain');
const recompute = coalescingContract('recompute');

/** What relays, workers, sweepers and operators know of the jobs: much of it out of date, as in life. */
type Known = { asked: JobId[]; dispatches: Dispatch[]; claims: ClaimedJob[] };
type Step = { act: (typeof ACTS)[number]; pick: number };

const ACTS = [
  'ask',
  'ask',
  'coalesce',
  'mark',
  'mark',
  'claim',
  'claim',
  'claim',
  'finish',
  'finish',
  'fail',
  'park',
  'kill',
  'hand back',
  'renew',
  'go silent',
  'sweep',
  'unmark',
  'cancel',
  'replay',
] as const;

const failures: Record<'fail' | 'park' | 'kill', FailureDecision> = {
  fail: { state: 'retrying', code: 'odd', errorClass: 'transient', delayMs: 0 },
  park: { state: 'parked', code: 'slow', errorClass: 'throttled', delayMs: 0 },
  kill: { state: 'dead', code: 'broken', errorClass: 'permanent' },
};

const finish = (job: ClaimedJob) =>
  ledger.database
    .transaction({ userId: null }, async (tx) => {
      await tx.query('insert into test_effect values ($1, $2)', ['effect', job.id]);
      tx.beforeCommit(() => finishJob(tx, job, null, { waitMs: 0, runMs: 0 }));
    })
    .catch((error: unknown) => {
      if (!isStaleFence(error)) throw error;
    });

async function take({ act, pick }: Step, known: Known): Promise<unknown> {
  const { database } = ledger;
  const one = <Item>(items: readonly Item[]): Item | undefined => items[pick % Math.max(1, items.length)];
  const [id, dispatch, claim] = [one(known.asked), one(known.dispatches), one(known.claims)];
  switch (act) {
    case 'ask':
      return known.asked.push(await ledger.add(plain, { key: String(pick) }));
    case 'coalesce':
      return ledger.add(recompute, { key: `user ${pick % 3}` });
    case 'mark':
      return known.dispatches.push(...(await ledger.dispatchAll()));
    case 'claim':
      return dispatch && known.claims.push(...(await ledger.tryClaim([dispatch])));
    case 'finish':
      return claim && finish(claim);
    case 'fail':
    case 'park':
    case 'kill':
      return claim && failJob(database, claim, failures[act], 1);
    case 'hand back':
      return claim && handBackJob(database, claim);
    case 'renew':
      return renewLeases(database, known.claims);
    case 'go silent':
      return claim && ledger.age(claim.id, '1 hour');
    case 'sweep':
      return sweepLeases(database);
    case 'unmark':
      return dispatch && unmarkDispatched(database, [dispatch], 0);
    case 'cancel':
      return id && cancelJob(database, id);
    case 'replay':
      return id && database.transaction({ userId: null }, (tx) => replayJob(tx, id));
  }
}

/** Whatever is left is worked off by one patient worker. */
async function workOff(): Promise<void> {
  for (;;) {
    await ledger.outside.query(`update job set due_at = now() - interval '1 hour'`);
    await ledger.outside.query(`update job set state = 'pending', crashes = 0 where state in ('dispatched', 'dead')`);
    await sweepLeases(ledger.database);
    const claims = await ledger.tryClaim(await ledger.dispatchAll());
    if (claims.length === 0) return;
    await Promise.all(claims.map(finish));
  }
}

describe('any interleaving of relays, workers, sweeps and operators', () => {
  const step = fc.record({ act: fc.constantFrom(...ACTS), pick: fc.nat(1_000) });

  it('never lets a job take effect twice, and loses none', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 40, maxLength: 120 }),
        fc.integer({ min: 1, max: 8 }),
        async (steps, actors) => {
          await ledger.outside.query(
            'delete from job; delete from job_done; delete from job_attempt; delete from test_effect',
          );
          const known: Known = { asked: [], dispatches: [], claims: [] };
          const queue = [...steps];
          const actor = async () => {
            for (let next = queue.shift(); next; next = queue.shift()) await take(next, known);
          };
          await Promise.all(Array.from({ length: actors }, actor));
          await workOff();

          const { rows } = await ledger.outside.query<{ id: JobId; outcome: string; effects: number }>(
            `select id, outcome, (select count(*)::int from test_effect where job_id = job_done.id) as effects from job_done`,
          );
          expect((await ledger.rows()).map(({ state }) => state)).toEqual([]);
          expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
          expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(known.asked));
          for (const row of rows) expect(row.effects).toBe(row.outcome === 'done' ? 1 : 0);
          const attempts = await ledger.outside.query(
            `select job_id from job_attempt where outcome = 'done' group by job_id having count(*) > 1`,
          );
          expect(attempts.rows).toEqual([]);
        },
      ),
      { numRuns: 60, seed: 7, endOnFailure: true },
    );
  }, 60_000);
});

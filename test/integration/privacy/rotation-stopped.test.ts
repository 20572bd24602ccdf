import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keysRewrap } from '../../../jobs/keys-rewrap/contract.ts';
import { keysRewrapHandler } from '../../../jobs/keys-rewrap/handler.ts';
import { enqueueKnown } from '../../../shared/ledger/enqueue.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { localKeyWrapping } from '../../../shared/platform/kms/local.ts';
import type { KeyWrapping } from '../../../shared/platform/kms/port.ts';
import { createUserKeys } from '../../../shared/privacy/index.ts';
import type { Registry } from '../../../workers/job-runner.ts';
import { until } from '../../support/until.ts';
import { type WorkerHarness, workerHarness } from '../../support/worker-harness.ts';

const PEOPLE = 60;
const [OLD, NEW] = ['the earlier secret', 'the newer secret'].map((secret) => secret.padEnd(40, '.')) as [
  string,
  string,
];
const changing = localKeyWrapping([NEW, OLD]);

let harness: WorkerHarness;
beforeAll(async () => {
  harness = await workerHarness('postgres');
});
afterAll(() => harness.close());

const registryWith = (keyWrapping: KeyWrapping): Registry =>
  new Map([[keysRewrap.name, { contract: keysRewrap, handler: keysRewrapHandler({ keyWrapping }) }]]);

/** A worker may open no account. */
async function somebody(): Promise<UserId> {
  const userId = newId<UserId>();
  await harness.outside.query(
    `insert into account (id, email, email_normalized, password_hash, status, time_zone, encryption_key_salt, created_at)
     values ($1::uuid, $1::text, $1::text, 'none', 'active', 'UTC', 'c2FsdA==', now())`,
    [userId],
  );
  return userId;
}

/** The wrapping, which no longer answers once it has wrapped so many. */
function silentAfter(wraps: number): KeyWrapping {
  let left = wraps;
  return {
    ...changing,
    wrap: (...asked) => {
      left -= 1;
      return left < 0 ? new Promise(() => {}) : changing.wrap(...asked);
    },
  };
}

const underNew = async () =>
  (await harness.outside.query('select count(*)::int as n from user_key where key_id = $1', [changing.currentKeyId]))
    .rows[0].n;

describe('a rotation whose worker goes away half-way', () => {
  it('is finished by the next one, and everybody can read what they wrote', async () => {
    const { database } = harness.deps;
    const before = createUserKeys({ database, wrapping: localKeyWrapping([OLD]) });
    const texts = await Promise.all(
      Array.from({ length: PEOPLE }, async () => {
        const userId = await somebody();
        return { userId, sealed: (await before.cipherOf(userId)).seal('checkin.notes', userId) };
      }),
    );
    const first = await harness.start({ registry: registryWith(silentAfter(PEOPLE / 2)) });
    const id = await database.transaction({ userId: null }, (tx) => enqueueKnown(tx, keysRewrap, {}));
    await until('half of the keys are wrapped anew', async () => (await underNew()) >= PEOPLE / 2 - 4);
    await first.stop();
    expect(await underNew()).toBeLessThanOrEqual(PEOPLE / 2);

    await harness.start({ registry: registryWith(changing) });
    expect(await harness.settled(id)).toMatchObject({ outcome: 'done' });
    expect(await underNew()).toBe(PEOPLE);
    const after = createUserKeys({ database, wrapping: localKeyWrapping([NEW]) });
    for (const { userId, sealed } of texts)
      expect((await after.cipherOf(userId)).open('checkin.notes', sealed)).toBe(userId);
  });
});

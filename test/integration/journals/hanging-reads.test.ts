import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { audioValidate } from '../../../jobs/audio-validate/contract.ts';
import { streakRecompute } from '../../../jobs/streak-recompute/contract.ts';
import { completeUpload, createJournal, DeclaredAudio, newObjectKey } from '../../../shared/journals/index.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { type JournalId, newId, type UserId } from '../../../shared/platform/ids.ts';
import type { ObjectStore } from '../../../shared/platform/object-store/port.ts';
import { buildRegistry } from '../../../workers/registry.ts';
import { type S3Session, s3Session } from '../../support/s3-session.ts';
import { until } from '../../support/until.ts';
import { BACKENDS, type WorkerHarness, workerHarness } from '../../support/worker-harness.ts';
import { put, storeOf } from './journals-fixture.ts';
import { honestUpload, type Upload } from './uploads.ts';

const READS = 50;
const CONNECTIONS = 5;

describe.each(BACKENDS)(
  `${READS} reads of S3 that hang, with ${CONNECTIONS} database connections, on %s`,
  (backend) => {
    let harness: WorkerHarness;
    let s3: S3Session;
    let store: ObjectStore;
    beforeAll(async () => {
      [harness, s3] = await Promise.all([workerHarness(backend), s3Session()]);
      // Longer than the test: nothing but the end of the process calls these reads off.
      store = storeOf(s3, { connect: 1_000, idle: 120_000 });
    });
    afterEach(() => s3.standIn.faults.clear());
    afterAll(async () => {
      await harness.close();
      store.close();
      await s3.stop();
    });

    async function newUser(): Promise<UserId> {
      const userId = newId<UserId>();
      await harness.outside.query(
        `insert into account (id, email, email_normalized, password_hash, status, time_zone, encryption_key_salt, created_at)
       values ($1::uuid, $1::text, $1::text, 'none', 'active', 'UTC', 'c2FsdA==', now())`,
        [userId],
      );
      return userId;
    }

    /** An uploaded and completed journal, as the api leaves it. */
    async function journalToJudge(userId: UserId, { body, object }: Upload): Promise<void> {
      const { clock, database, userKeys } = harness.deps;
      const cipher = await userKeys.cipherOf(userId);
      const id = newId<JournalId>();
      const objectKey = newObjectKey(userId, id);
      const contentType = 'application/octet-stream';
      await put(await store.presignPut(objectKey, { size: object.length, contentType, expiresInSeconds: 60 }), object);
      await database.transaction({ userId }, async (tx) => {
        const recordedAt = Temporal.Instant.from(body.recordedAt);
        const { timeZone, durationSeconds } = body;
        const localDate = Temporal.PlainDate.from('2026-11-20');
        const audio = DeclaredAudio.parse(body.audio);
        const journal = { id, title: null, recordedAt, timeZone, localDate, durationSeconds, audio, objectKey };
        await createJournal(tx, userId, cipher, journal, clock.now());
        await completeUpload(tx, id, clock.now(), () => enqueue(tx, audioValidate, { userId, journalId: id }));
      });
    }

    const validations = async (state: string) =>
      (
        await harness.outside.query(`select count(*)::int as n from job where kind = 'audio.validate' and state = $1`, [
          state,
        ])
      ).rows[0].n;

    it('leave streaks running, and are handed back when the process leaves', async () => {
      const registry = buildRegistry({ ...harness.deps, objectStore: async () => store });
      const [someone, upload] = [await newUser(), await honestUpload()];
      for (let n = 0; n < READS; n += 1) await journalToJudge(someone, upload);
      s3.standIn.faults.next({ operation: 'GetObject', times: 10 * READS, kind: 'hang' });

      const env = { DATABASE_POOL: String(CONNECTIONS), POOLS: JSON.stringify({ audio: { concurrency: READS } }) };
      const worker = await harness.start({ registry, pools: ['audio', 'streaks'] }, { env });
      await until('all reads hang', () => s3.standIn.faults.pending() === 9 * READS);

      for (let n = 0; n < 20; n += 1) {
        const userId = await newUser();
        const id = await harness.deps.database.transaction({ userId }, async (tx) =>
          enqueue(tx, streakRecompute, { userId }),
        );
        await until('the streak is recomputed', async () => (await harness.job(id))?.outcome === 'done', 3_000);
      }
      expect(await validations('running')).toBe(READS);
      expect(worker.deps.database.pool.totalCount).toBeLessThanOrEqual(CONNECTIONS);

      await worker.stop();
      expect([await validations('running'), await validations('pending')]).toEqual([0, READS]);
      const { rows } = await harness.outside.query(`select distinct attempts from job where kind = 'audio.validate'`);
      expect(rows).toEqual([{ attempts: 0 }]);
    }, 60_000);
  },
);

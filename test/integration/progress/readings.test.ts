import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Transaction } from '../../../shared/platform/database/database.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import type { Condition } from '../../../shared/progress/criteria.ts';
import { recomputeStreak, recordActivities } from '../../../shared/progress/index.ts';
import { readFacts } from '../../../shared/progress/reading-store.ts';
import { newAccount } from '../../support/factories.ts';
import { ownDatabase } from '../../support/own-database.ts';
import { someCondition } from '../../support/progress/criteria.ts';
import { factsOf, type Happening, happening, somebodysHistory } from '../../support/progress/history.ts';

const test = ownDatabase();

/** Tools cannot be used yet, so nobody has tried one: the store and the history would disagree. */
const readable = someCondition.filter(({ metric }) => metric !== 'tools_tried');

const CHECKIN = `
  insert into checkin (id, user_id, emotion_type_id, intensity, occurred_at, time_zone, local_date, received_at)
  values ($1, $2, $3, 5, $4, 'UTC', $5, $4)`;
const JOURNAL = `
  insert into journal (id, user_id, recorded_at, time_zone, local_date, duration_seconds, created_at, updated_at)
  values ($1, $2, $3, 'UTC', $4, $5, $3, $3)`;
const AUDIO = `
  insert into audio_metadata (journal_id, user_id, object_key, format, sample_rate, bit_rate, channels, file_size,
                              checksum, envelope_version, algorithm, iv, key_id, status, created_at)
  values ($1, $2, $1::uuid::text, 'wav', 8000, 128000, 1, 1, '', 1, 'AES-256-GCM', '', 'k', $3, now())`;

async function store(tx: Transaction, userId: UserId, fact: Happening, audioStatus = 'valid'): Promise<void> {
  const id = newId();
  const [at, date] = [fact.at.toString(), fact.date.toString()];
  if (fact.kind === 'checkin') {
    await tx.query('select checkin_ensure_months(array[$1::timestamptz::date])', [at]);
    await tx.query(CHECKIN, [id, userId, fact.what, at, date]);
  }
  if (fact.kind === 'journal') {
    await tx.query(JOURNAL, [id, userId, at, date, fact.what]);
    await tx.query(AUDIO, [id, userId, audioStatus]);
  }
  const { kind, at: occurredAt, zone: timeZone } = fact;
  await recordActivities(tx, [
    { userId, kind, sourceId: id, occurredAt, timeZone, cutOffHours: 0, receivedAt: occurredAt },
  ]);
}

async function personWith(history: readonly Happening[]): Promise<UserId> {
  const userId = await newAccount(test.api);
  await test.as(userId, async (tx) => {
    for (const fact of history) await store(tx, userId, fact);
  });
  await test.worker.transaction({ userId }, (tx) => recomputeStreak(tx, userId, test.clock.now()));
  return userId;
}

const readingsOf = async (userId: UserId, conditions: readonly Condition[]) => {
  const facts = await test.as(userId, (tx) => readFacts(tx, userId, conditions));
  return conditions.map((condition) => plain(facts(condition)));
};
const plain = ({ value, reachedAt }: { value: number; reachedAt: Temporal.Instant | null }) => ({
  value,
  reachedAt: reachedAt?.toString() ?? null,
});

describe('readings out of the database', () => {
  it('are what the metrics say of the history, for any of both', async () => {
    await fc.assert(
      fc.asyncProperty(
        somebodysHistory,
        fc.array(readable, { minLength: 1, maxLength: 12 }),
        async (history, asked) => {
          const facts = factsOf(history);
          const userId = await personWith(history);
          expect(await readingsOf(userId, asked)).toEqual(asked.map((condition) => plain(facts(condition))));
        },
      ),
      { numRuns: 60, seed: 11 },
    );
  });

  it('count a journal only once its audio was found valid', async () => {
    const userId = await newAccount(test.api);
    await test.as(userId, (tx) => store(tx, userId, happening('journal', '2026-03-01T10:00Z', 60), 'pending'));
    expect(await readingsOf(userId, [{ metric: 'journals', gte: 1 }])).toEqual([{ value: 0, reachedAt: null }]);
  });

  it('hold nothing of other people', async () => {
    await personWith([happening('checkin', '2026-03-01T10:00Z'), happening('journal', '2026-03-01T11:00Z', 60)]);
    const nobody = await newAccount(test.api);
    const asked: Condition[] = [
      { metric: 'checkins', gte: 1 },
      { metric: 'journals', gte: 1 },
      { metric: 'active_days', gte: 1 },
      { metric: 'longest_streak', gte: 1 },
    ];
    expect(await readingsOf(nobody, asked)).toEqual(asked.map(() => ({ value: 0, reachedAt: null })));
  });
});

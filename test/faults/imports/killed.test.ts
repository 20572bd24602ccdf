import { describe, expect, it } from '@jest/globals';
import { fileOf, good, type ImportJob, imports, type Person } from '../../integration/imports/imports-fixture.ts';
import { until } from '../../support/until.ts';
import { projectWorkers } from '../support/project-workers.ts';

/** For a machine that does much else beside. */
const PATIENCE_MS = 120_000;
const LINES = 1_400;

const app = imports();
const { fixture } = app;
const { start: startWorker, killedAt } = projectWorkers(fixture, ['trends', 'housekeeping']);

async function ended(person: Person, reply: Parameters<typeof app.jobOf>[1]): Promise<ImportJob> {
  await startWorker();
  return until(
    'the import ends',
    async () => {
      const job = await app.jobOf(person, reply);
      return ['done', 'dead'].includes(job.state) ? job : null;
    },
    60_000,
  );
}

describe('an import whose worker is killed', () => {
  it(
    'in the middle of it, again and again, records every line once and says so',
    async () => {
      const anna = await fixture.person();
      await app.imported(anna, fileOf(good(0)));
      await app.work('housekeeping');
      await fixture.look('delete from job');
      const reply = await app.send(anna, fileOf(...Array.from({ length: LINES }, (_, n) => good(n)), good(1), 'torn'));
      // Account, key and emotion types are read by then, and the first batch is recorded.
      await killedAt('commit.after', 4);
      expect(await app.count(anna, 'checkin')).toBe(500);
      // The second is written and not committed.
      await killedAt('commit.before', 5);
      expect(await app.count(anna, 'checkin')).toBe(500);
      await killedAt('effect.after', 1);
      expect(await ended(anna, reply)).toMatchObject({
        state: 'done',
        result: {
          ...{ lines: LINES + 2, created: LINES - 1, existing: 1, duplicates: 1, rejected: 1 },
          errors: [{ line: LINES + 3, code: 'wrong_column_count' }],
        },
      });
      expect([await app.count(anna, 'checkin'), await app.count(anna, 'activity')]).toEqual([LINES, LINES]);
      await until('its file is deleted', async () => app.files().length === 0, 30_000);
    },
    PATIENCE_MS,
  );

  it(
    'just after its end was committed is not done again',
    async () => {
      const anna = await fixture.person();
      await fixture.look('delete from job');
      const reply = await app.send(anna, fileOf(good()));
      await killedAt('done.after', 1);
      expect(await ended(anna, reply)).toMatchObject({ state: 'done', result: { created: 1 } });
      const jobs = await fixture.look(`select attempts from job_done where subject = $1 and kind = 'checkins.import'`, [
        anna.id,
      ]);
      expect(jobs).toEqual([{ attempts: 1 }]);
    },
    PATIENCE_MS,
  );
});

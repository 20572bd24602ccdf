import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { playPhones } from '../demo/play.ts';
import { verify, waitUntilQuiet } from '../demo/verify.ts';
import { type System, startSystem } from '../support/embedded/system.ts';
import type { Phone } from '../support/phones/phone.ts';
import { runProject, startProject } from '../support/project-process.ts';
import { until } from '../support/until.ts';

const RUN_MS = 120_000;
const demo = (...args: string[]) => runProject(['test/demo/main.ts', ...args]);

/** The summary as the reader of a terminal sees it: what is on the left says what is on the right. */
const summaryOf = (stdout: string): Record<string, string> =>
  Object.fromEntries([...stdout.matchAll(/^│ (.+?) +│ (.+?) +│$/gm)].map(([, name, value]) => [name, value]));

describe('npm run demo -- --exit', () => {
  let runs: Awaited<ReturnType<typeof demo>>[];
  beforeAll(async () => {
    const same = ['--exit', '--users', '4', '--days', '6', '--seed', '3'];
    // Side by side: they share nothing, or one of them would fail.
    runs = await Promise.all([demo(...same), demo(...same)]);
  }, RUN_MS);

  it('finds every fact with its effects, each effect once, and says so', () => {
    for (const { code, stdout, stderr } of runs) {
      expect({ code, problems: stdout.match(/^WRONG.*$/gm), stderr: stderr.match(/failed.*/g) }).toEqual({
        code: 0,
        problems: null,
        stderr: null,
      });
      expect(stdout).toContain('Every fact has its effects, each effect once.');
    }
  });

  it('sums up facts, work, verdicts, awards, pushes and times', () => {
    const summary = summaryOf(runs[0]?.stdout ?? '');
    expect(summary).toMatchObject({
      phones: '4',
      facts: expect.stringMatching(/^\d\d check-ins, \d\d journals$/),
      jobs: expect.stringMatching(
        /^\d+ done \(audio \d\d, trends \d+, streaks \d+, achievements \d+, push \d+, mail 4,/,
      ),
      retries: expect.stringMatching(/^\d+$/),
      verdicts: expect.stringMatching(/^1 rejected: plaintext_audio, 1 rejected: wrong_checksum, \d\d valid$/),
      awards: expect.stringMatching(/^\d+$/),
      pushes: expect.stringMatching(/^\d+ accepted, 0 refused$/),
      'check-in to accepted push': expect.stringMatching(/^p50 \d+ ms, p99 \d+ ms$/),
      'first job done': expect.stringMatching(/^\d+\.\d s after the start$/),
    });
  });

  it('tells the same story for the same seed', () => {
    const [one, other] = runs.map(({ stdout }) => summaryOf(stdout));
    for (const told of ['phones', 'facts', 'verdicts', 'awards']) expect(one?.[told]).toBe(other?.[told]);
  });
});

describe('npm run demo', () => {
  it('explains itself', async () => {
    const { code, stdout, stderr } = await demo('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const option of ['--exit', '--users', '--days', '--seed']) expect(stdout).toContain(option);
  });

  it.each([
    [['--users', '0'], '--users takes a whole number from 1 to 500, not "0"'],
    [['--days', 'many'], '--days takes a whole number from 1 to 365, not "many"'],
    [['--phones', '3'], "Unknown option '--phones'"],
  ])('refuses %j in words', async (args, words) => {
    const { code, stdout, stderr } = await demo(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it(
    'stays up without --exit, with the addresses of what can be looked at',
    async () => {
      const process = startProject(['test/demo/main.ts', '--users', '1', '--days', '2']);
      try {
        const [, queues = ''] = await until('addresses', () => /queues (http:\S+)/.exec(process.stdout), RUN_MS);
        expect((await fetch(queues)).status).toBe(200);
      } finally {
        process.kill('SIGTERM');
      }
      expect(await process.exited).toEqual({ code: 0, signal: null });
    },
    RUN_MS,
  );
});

describe('the check of every outcome', () => {
  let system: System;
  let phones: Phone[];
  let outside: Client;
  beforeAll(async () => {
    system = await startSystem({ env: { LOG_LEVEL: 'silent' } });
    const silent = { phase: () => {}, step: () => {} };
    phones = await playPhones(system, { users: 1, days: 3, seed: 5, exit: true }, silent);
    await waitUntilQuiet(system, RUN_MS);
    const { postgres } = system.parts;
    if (!postgres) throw new Error('the embedded PostgreSQL is not there');
    outside = new Client({ connectionString: postgres.superuserUrlOf('amira') });
    await outside.connect();
  }, RUN_MS);
  afterAll(async () => {
    await outside?.end();
    await system?.stop();
  });

  const problems = async () => (await verify(system, phones)).problems;

  it('finds nothing where nothing is wrong', async () => {
    expect(await problems()).toEqual([]);
  });

  it.each([
    [
      'a check-in that is lost',
      'delete from checkin where id = (select id from checkin limit 1)',
      /check-ins, \d+ are stored/,
    ],
    [
      'a recording that is judged wrongly',
      `update audio_metadata set status = 'rejected', reason = 'wrong_size' where journal_id = (select journal_id from audio_metadata limit 1)`,
      /a journal is rejected: wrong_size, not valid/,
    ],
    ['a streak that is not what the days say', `update user_streak set runs = '[]'`, /streak .*, not /],
    ['an award that was not granted', `delete from user_achievement`, /the first check-in earned nothing/],
    [
      'work that was given up',
      `insert into job (id, kind, version, pool, lane, payload, state)
       values (gen_random_uuid(), 'streak.recompute', 1, 'streaks', 2, '{}', 'dead')`,
      /streaks has 1 dead letters/,
    ],
  ])('finds %s', async (name, harm, problem) => {
    await outside.query(harm);
    // What the operator's metrics say is a few seconds old.
    await until(name, async () => (await problems()).some((found) => problem.test(found)));
  });
});

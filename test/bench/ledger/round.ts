import { setTimeout as pause } from 'node:timers/promises';
import { stopwatch } from '../../../shared/platform/clock.ts';
import type { EmbeddedPostgres } from '../../support/embedded/postgres.ts';
import { runSql } from './sql.ts';
import type { OpenSubject, Subject } from './subject.ts';
import { CONCURRENCY, type Note, notes } from './work.ts';

/** Jobs per second. */
export type Rates = { produce: number; drain: number };

export type Round = {
  subject: Subject;
  postgres: EmbeddedPostgres;
  redisUrl: string;
  /** The subject's prepared database. */
  template: string;
  /** The copy of it that this round gets. Left in place: a peer may let go of its connections after it has stopped. */
  database: string;
  jobs: number;
};

/** Produces all jobs while nobody works, then lets one worker drain them. Throws unless each had its effect once. */
export async function playRound({ subject, postgres, redisUrl, template, database, jobs }: Round): Promise<Rates> {
  await postgres.createDatabase(database, template);
  const superuser = postgres.superuserUrlOf(database);
  const open = await subject.open({ urls: postgres.urls(database), redisUrl });
  try {
    // What earlier work left for PostgreSQL to write must not be paid for here.
    await runSql(superuser, ['checkpoint']);
    const produce = await timeProduce(open, notes(jobs));
    await runSql(superuser, ['checkpoint']);
    const drain = await timeDrain(open, jobs);
    await runSql(superuser, [EACH_ONCE]);
    return { produce: jobs / produce, drain: jobs / drain };
  } finally {
    await open.close();
  }
}

async function timeProduce(open: OpenSubject, all: readonly Note[]): Promise<number> {
  const elapsed = stopwatch();
  const rest = all.values();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (const note of rest) await open.produce(note);
    }),
  );
  return elapsed() / 1_000;
}

const CHECK_EVERY_MS = 5;
const PATIENCE_MS = 120_000;

/** From the first job's start to the last job's end, both effect and end committed. */
async function timeDrain(open: OpenSubject, jobs: number): Promise<number> {
  let elapsed: (() => number) | undefined;
  let effects = 0;
  const allSeen = Promise.withResolvers<void>();
  await open.work(() => {
    elapsed ??= stopwatch();
    effects += 1;
    if (effects === jobs) allSeen.resolve();
  });
  const giveUp = setTimeout(
    () => allSeen.reject(new Error(`${effects} of ${jobs} jobs in ${PATIENCE_MS} ms`)),
    PATIENCE_MS,
  );
  await allSeen.promise;
  clearTimeout(giveUp);
  while ((await open.unfinished()) > 0) await pause(CHECK_EVERY_MS);
  return (elapsed?.() ?? Number.NaN) / 1_000;
}

const EACH_ONCE = `
  do $$ begin
    if exists (select from bench_note left join bench_seen on note_id = bench_note.id where note_id is null)
    then raise exception 'a note has no effect'; end if;
  end $$`;

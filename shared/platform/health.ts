import type { Database } from './database/database.ts';
import type { Queues } from './queue/queues.ts';

export type Phase = 'starting' | 'ready' | 'draining';
export type Readiness = {
  ready: boolean;
  /** Ready, but without its queue: what is asked for is done later. */
  degraded: boolean;
  phase: Phase;
  database: 'up' | 'down';
  queue: 'up' | 'down';
};

/** Ready = PostgreSQL answers and the process is not draining. */
export async function readiness(deps: { database: Database; queues: Queues }, phase: Phase): Promise<Readiness> {
  const [database, queue] = await Promise.all([answers(deps.database.query('select 1')), answers(deps.queues.check())]);
  const ready = phase === 'ready' && database === 'up';
  return { ready, degraded: ready && queue === 'down', phase, database, queue };
}

const answers = (check: Promise<unknown>): Promise<'up' | 'down'> =>
  check.then(
    () => 'up',
    () => 'down',
  );

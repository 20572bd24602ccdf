import type { Database } from './database/database.ts';
import type { Queues } from './queue/queues.ts';

export type Phase = 'starting' | 'ready' | 'draining';
export type Readiness = { ready: boolean; phase: Phase; database: 'up' | 'down'; queue: 'up' | 'down' };

/** Ready = PostgreSQL answers and the process is not draining. Without its queue a process is degraded, not unready. */
export async function readiness(deps: { database: Database; queues: Queues }, phase: Phase): Promise<Readiness> {
  const [database, queue] = await Promise.all([answers(deps.database.query('select 1')), answers(deps.queues.check())]);
  return { ready: phase === 'ready' && database === 'up', phase, database, queue };
}

const answers = (check: Promise<unknown>): Promise<'up' | 'down'> =>
  check.then(
    () => 'up',
    () => 'down',
  );

import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { errorCodeOf } from '../../../shared/platform/errors.ts';
import type { FaultSystem } from '../support/fault-system.ts';
import { startFleet } from '../support/fleet.ts';
import { faultRow } from './row.ts';

/** PostgreSQL stops answering; then it has no connection left. */
export const postgresFrozen = faultRow(
  'F13',
  'PostgreSQL frozen, out of connections',
  async ({ size, onSystem, holds, holdsAll, measure }) => {
    const frozenMs = size === 'small' ? 8_000 : 30_000;
    await onSystem({ postgres: { max_connections: '60' } }, async (system) => {
      const fleet = await startFleet(system, 2);
      await system.ask(1_000, 'before');
      await system.effectsReach(300);

      signalServer(system.postgres.pid, 'SIGSTOP');
      const start = performance.now();
      await system.ask(1, 'while frozen');
      const refused = performance.now() - start;
      await pause(Math.max(0, frozenMs - refused));
      signalServer(system.postgres.pid, 'SIGCONT');
      const thawed = await recovery(system, 'thawed');

      const hoard = await takeConnections(system);
      const crowded = await system.database.query('select 1').then(() => 'answered', errorCodeOf);
      await pause(3_000);
      await Promise.all(hoard.map((client) => client.end().catch(() => {})));
      const eased = await recovery(system, 'eased');

      await system.quiet(120_000);
      holds('no worker ended', fleet.starts === 2);
      await fleet.stop();
      await holdsAll(system);
      holds('a commit is refused within 3 s', refused <= 3_000);
      holds('working again within 5 s of a thaw', thawed <= 5_000);
      holds('working again within 5 s of having connections', eased <= 5_000);
      measure('refused after ms', refused);
      measure('thawed after ms', thawed);
      measure('out of connections', crowded);
      measure('eased after ms', eased);
    });
  },
);

async function recovery(system: FaultSystem, keys: string): Promise<number> {
  const start = performance.now();
  await system.ask(10, keys);
  await system.effectsReach((await system.effects()) + 5, 60_000);
  return performance.now() - start;
}

/** The server and each of its sessions: a stopped postmaster alone would only take no new ones. */
function signalServer(pid: number, signal: NodeJS.Signals): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  for (const each of [pid, ...children.map(Number)]) process.kill(each, signal);
}

async function takeConnections(system: FaultSystem): Promise<Client[]> {
  const taken: Client[] = [];
  for (;;) {
    const client = new Client({ connectionString: system.postgres.urls('faults').worker });
    client.on('error', () => {});
    try {
      await client.connect();
      taken.push(client);
    } catch {
      return taken;
    }
  }
}

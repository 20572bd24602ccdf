import type { ChildProcess } from '../../support/embedded/child-process.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { FaultSystem } from './fault-system.ts';

export type Fleet = {
  readonly starts: number;
  /** Sends the signal to whoever works in this place, once there is somebody again. Gives back who that was. */
  signal(place: number, signal: NodeJS.Signals): Promise<ChildProcess>;
  stop(): Promise<void>;
};

/** Keeps so many workers running: one that ends is replaced, as an orchestrator does. */
export async function startFleet(system: FaultSystem, size: number, plan: FaultPlan = {}): Promise<Fleet> {
  const places: ChildProcess[] = [];
  let stopping = false;
  let starts = 0;
  let replacing = Promise.resolve();

  const fill = async (place: number) => {
    starts += 1;
    const child = await system.startWorker(plan);
    places[place] = child;
    void child.exited.then(() => {
      // Queued one behind the other, so that `stop` can wait for a start that is under way.
      if (!stopping) replacing = replacing.then(() => (stopping ? undefined : fill(place)));
    });
  };
  await Promise.all(Array.from({ length: size }, (_, place) => fill(place)));
  return {
    get starts() {
      return starts;
    },
    async signal(place, signal) {
      await replacing;
      const child = places[place];
      if (!child) throw new Error(`There is no place ${place}.`);
      child.kill(signal);
      if (signal === 'SIGKILL') await child.exited;
      return child;
    },
    async stop() {
      stopping = true;
      await replacing;
      await Promise.all(places.map((child) => child.end(0)));
    },
  };
}

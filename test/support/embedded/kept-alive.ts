import type { ChildProcess } from './child-process.ts';

/** A process that is started again when it ends without having been asked to. */
export type KeptAlive = {
  /** The one that runs now, or ran last. */
  readonly current: ChildProcess;
  end(): Promise<void>;
};

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5_000;

/** What an orchestrator does for a service: `start` is called again, after growing pauses while it keeps failing. */
export async function keepAlive(
  start: (last?: ChildProcess) => Promise<ChildProcess>,
  onRestart: (code: number) => void = () => {},
): Promise<KeptAlive> {
  let current = await start();
  let ending = false;
  let restarting: Promise<void> = Promise.resolve();

  const watch = () => {
    void current.exited.then((code) => {
      if (ending) return;
      onRestart(code);
      restarting = startAgain();
    });
  };
  const startAgain = async () => {
    for (let delay = FIRST_DELAY_MS; !ending; delay = Math.min(MAX_DELAY_MS, delay * 2)) {
      await new Promise((resolve) => setTimeout(resolve, delay));
      if (ending) return;
      const started = await start(current).catch(() => undefined);
      if (!started) continue;
      current = started;
      watch();
      return;
    }
  };
  watch();
  return {
    get current() {
      return current;
    },
    async end() {
      ending = true;
      await restarting;
      await current.end();
    },
  };
}

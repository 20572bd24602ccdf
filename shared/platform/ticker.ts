export type Ticker = { close(): Promise<void> };

/** Runs `work` again and again, `everyMs` after it last ended, so that runs never overlap; closing waits for the run under way. */
export function startTicker(everyMs: number, work: () => Promise<void>, onError: (error: unknown) => void): Ticker {
  let closing = false;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();

  const schedule = () => {
    timer = setTimeout(() => {
      current = work()
        .catch(onError)
        .then(() => {
          if (!closing) schedule();
        });
    }, everyMs);
  };
  schedule();
  return {
    async close() {
      closing = true;
      clearTimeout(timer);
      await current;
    },
  };
}

/** Tells listeners about committed work, at most once per `INTERVAL_MS`, however many transactions commit. */
export type Announcer = { announce(topics: Iterable<string>): void };

const INTERVAL_MS = 2;

/**
 * A NOTIFY inside the business transaction takes a lock on the whole database until that commit is durable; a
 * separate one soon after does not. A lost announcement only waits for the listener's next poll, so failures are
 * not retried.
 */
export function createAnnouncer(send: (topics: string) => Promise<unknown>): Announcer {
  const waiting = new Set<string>();
  let scheduled = false;

  const flush = () => {
    scheduled = false;
    const topics = [...waiting].join(',');
    waiting.clear();
    send(topics).catch(() => {});
  };
  return {
    announce(topics) {
      for (const topic of topics) waiting.add(topic);
      if (scheduled || waiting.size === 0) return;
      scheduled = true;
      setTimeout(flush, INTERVAL_MS);
    },
  };
}

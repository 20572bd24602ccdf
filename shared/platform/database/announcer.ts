/** Tells listeners about what has been committed, at most once per `INTERVAL_MS`, however many transactions commit. */
export type Announcer = { announce(topics: Iterable<string>): void };

const INTERVAL_MS = 2;
/** PostgreSQL takes payloads of less than 8,000 bytes; topics are ASCII. */
const MAX_PAYLOAD = 7_900;

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
    const payloads = payloadsOf(waiting);
    waiting.clear();
    for (const payload of payloads) send(payload).catch(() => {});
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

function payloadsOf(topics: Iterable<string>): string[] {
  const payloads: string[] = [];
  let payload = '';
  for (const topic of topics) {
    if (payload !== '' && payload.length + 1 + topic.length > MAX_PAYLOAD) {
      payloads.push(payload);
      payload = '';
    }
    payload = payload === '' ? topic : `${payload},${topic}`;
  }
  return payload === '' ? payloads : [...payloads, payload];
}

import { until } from '../until.ts';

export type HeardEvent = { name: string; id: string; data: Record<string, unknown> };

/** A phone that listens: `GET /v1/events` over a connection of its own. */
export type EventReader = {
  readonly status: number;
  readonly headers: Headers;
  /** All it has been sent so far. */
  readonly text: string;
  events(): HeardEvent[];
  /** Waits for an event that fits. */
  heard(fits: (event: HeardEvent) => boolean, withinMs?: number): Promise<HeardEvent>;
  /** Settles when the server has ended the stream; whether it did so in good order. */
  readonly ended: Promise<'ended' | 'broken'>;
  stop(): void;
};

export async function listenTo(url: string, token: string, headers: Record<string, string> = {}): Promise<EventReader> {
  const abort = new AbortController();
  const response = await fetch(`${url}/v1/events`, {
    headers: { Authorization: `Bearer ${token}`, Accept: 'text/event-stream', ...headers },
    signal: abort.signal,
  });
  let text = '';
  const ended = (async () => {
    try {
      const decoder = new TextDecoder();
      for await (const bytes of response.body ?? []) text += decoder.decode(bytes, { stream: true });
      return 'ended' as const;
    } catch {
      return 'broken' as const;
    }
  })();
  const events = () => text.split('\n\n').slice(0, -1).flatMap(eventOf);
  return {
    status: response.status,
    headers: response.headers,
    get text() {
      return text;
    },
    events,
    heard: (fits, withinMs) => until('an event that fits', () => events().find(fits), withinMs),
    ended,
    stop: () => abort.abort(),
  };
}

function eventOf(block: string): HeardEvent[] {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
  );
  const [name, id, data] = [fields.get('event'), fields.get('id'), fields.get('data')];
  return name === undefined || id === undefined || data === undefined ? [] : [{ name, id, data: JSON.parse(data) }];
}

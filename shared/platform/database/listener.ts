import pg from 'pg';

export type Listener = { close(): Promise<void> };

const RECONNECT_MS = 500;

/**
 * Listens on `channel` over a connection of its own and reconnects for as long as it is open. `onMessage('')` is called
 * after each (re)connection, because messages sent meanwhile are lost. `onError` hears of each connection that failed or broke.
 */
export function listen(
  options: {
    url: string;
    tls: boolean;
    applicationName: string;
    channel: string;
    onError?: (error: unknown) => void;
  },
  onMessage: (payload: string) => void,
): Listener {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const report = (error: unknown) => {
    if (!closed) options.onError?.(error);
  };
  const reconnectLater = () => {
    if (closed || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      void connect();
    }, RECONNECT_MS);
  };
  const connect = async () => {
    const next = new pg.Client({
      connectionString: options.url,
      application_name: options.applicationName,
      keepAlive: true,
      connectionTimeoutMillis: 3_000,
      ...(options.tls ? { ssl: { rejectUnauthorized: true } } : {}),
    });
    client = next;
    next.on('notification', (message) => onMessage(message.payload ?? ''));
    next.on('error', report);
    next.on('end', reconnectLater);
    try {
      await next.connect();
      await next.query(`listen ${next.escapeIdentifier(options.channel)}`);
      onMessage('');
    } catch (error) {
      report(error);
      await next.end().catch(() => {});
      reconnectLater();
    }
  };
  void connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };
}

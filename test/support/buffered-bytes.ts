import { channel } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { ObjectStore } from '../../shared/platform/object-store/port.ts';

/**
 * Counts what the process holds of an object: bytes read from the sockets to S3, less those already taken by the judge,
 * looked at before each piece is handed over and after the sockets had a turn to read ahead.
 *
 * @param store one that has opened no connection yet: its sockets are opened while they are watched
 */
export function bufferedBytes(store: ObjectStore) {
  const sockets: Socket[] = [];
  const note = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
  channel('net.client.socket').subscribe(note);
  const arrived = () => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  let consumed = 0;
  /** What arrived on connections that were cut off and is in no buffer any more. */
  let lost = 0;
  let peak = 0;
  async function* metered(source: AsyncIterable<Buffer>) {
    try {
      for await (const piece of source) {
        await turn();
        peak = Math.max(peak, arrived() - consumed - lost);
        consumed += piece.length;
        yield piece;
      }
    } catch (error) {
      lost = arrived() - consumed;
      throw error;
    }
  }
  const read: ObjectStore['read'] = async (key, options) => {
    const reading = await store.read(key, options);
    return { ...reading, bytes: metered(reading.bytes) };
  };
  return {
    store: { ...store, read },
    peak: () => peak,
    consumed: () => consumed,
    stop: () => void channel('net.client.socket').unsubscribe(note),
  };
}

import { PassThrough, type Readable } from 'node:stream';

/** What a reader who does not read may make us hold, in bytes; beyond it their connection is cut. */
const MAX_BUFFERED = 64 * 1024;
/** How long a phone waits before it comes back, in milliseconds. */
const RETRY_MS = 3_000;

/** One connection that listens, in the format of server-sent events (WHATWG HTML, 9.2). */
export type EventStream = {
  readonly readable: Readable;
  send(event: { name: string; id: number; data: unknown }): void;
  /** A line that is no event: it keeps connections alive and finds out which are dead. */
  comment(text: string): void;
  end(why: string): void;
};

export function eventStream(): EventStream {
  const readable = new PassThrough({ highWaterMark: MAX_BUFFERED });
  // Whoever has gone is noticed by `close`; what was not delivered to them is nobody's fault.
  readable.on('error', () => {});
  const write = (text: string) => {
    if (readable.destroyed || readable.writableEnded) return;
    if (readable.readableLength + readable.writableLength + Buffer.byteLength(text) > MAX_BUFFERED) readable.destroy();
    else readable.write(text);
  };
  write(`retry: ${RETRY_MS}\n\n`);
  return {
    readable,
    send: ({ name, id, data }) => write(`event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`),
    comment: (text) => write(`: ${text}\n\n`),
    end(why) {
      write(`: ${why}\n\n`);
      if (!readable.destroyed) readable.end();
    },
  };
}

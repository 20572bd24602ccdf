import type { Duplex } from 'node:stream';
import { Client, type Pool } from 'pg';

/**
 * Lets statements that are sent in the same turn of the event loop leave in one write. Each write is a system call that
 * wakes PostgreSQL: BEGIN with the first statement, and the last statements with COMMIT, are worth one each.
 */
export function joinWrites(pool: Pool): void {
  pool.on('connect', (client) => {
    if (client instanceof Client) joinWritesOf(client.connection.stream);
  });
}

function joinWritesOf(stream: Duplex): void {
  const write = stream.write.bind(stream);
  let held = false;
  const release = () => {
    held = false;
    stream.uncork();
  };
  stream.write = ((...args: Parameters<typeof write>) => {
    if (!held) {
      held = true;
      stream.cork();
      process.nextTick(release);
    }
    return write(...args);
  }) as typeof write;
}

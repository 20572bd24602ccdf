import { z } from 'zod';
import { buildApp } from '../../../api/app.ts';
import { defineRoute } from '../../../api/route.ts';
import { routes } from '../../../api/routes/index.ts';
import { createServer } from '../../../api/server.ts';
import { compose } from '../../../shared/compose.ts';
import { loadConfig } from '../../../shared/platform/config/index.ts';
import { runProcess, tellReady } from '../../../shared/platform/entry-point.ts';
import { listenOn } from '../../../shared/platform/listen.ts';
import { ROW_ID, SELECT_ROW } from './row.ts';

const Row = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string(),
  category: z.string(),
  valence: z.number(),
});
type Row = z.infer<typeof Row>;

const read = { method: 'GET', summary: 'One row', tag: 'meta', response: Row } as const;

/** The same read twice, beside every route there is: for anyone, and for somebody signed in. */
const reads = [
  defineRoute({ ...read, path: '/row', who: 'anyone' }, async ({ deps }) => ({
    body: only(await deps.database.query<Row>(SELECT_ROW, [ROW_ID])),
  })),
  defineRoute({ ...read, path: '/own-row', who: 'user' }, async ({ tx }) => ({
    body: only(await tx.query<Row>(SELECT_ROW, [ROW_ID])),
  })),
];

await runProcess(async () => {
  const config = loadConfig('api');
  const deps = await compose(config);
  const server = createServer(buildApp(deps, [...routes, ...reads]).callback(), config.REQUEST_TIMEOUT);
  const port = await listenOn(server, 0, '127.0.0.1');
  tellReady({ port, opsPort: port });
  return {
    async drain() {
      server.closeAllConnections();
      server.close();
      await deps.close();
    },
  };
});

function only(rows: readonly Row[]): Row {
  const [row] = rows;
  if (!row) throw new Error('The row is missing.');
  return row;
}

import { argon2, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import Koa from 'koa';
import { Pool } from 'pg';
import { stopwatch } from '../../../shared/platform/clock.ts';
import { runProcess, tellReady } from '../../../shared/platform/entry-point.ts';
import { listenOn } from '../../../shared/platform/listen.ts';
import { ROW_ID, SELECT_ROW } from './row.ts';

const derive = promisify(argon2);
/** What our passwords cost. */
const COST = { message: 'correct horse battery', memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };

/** The peers: bare Koa with `pg` and nothing else, and Argon2 as Node has it. */
await runProcess(async () => {
  const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
  const app = new Koa();
  app.use(async (ctx) => {
    if (ctx.path === '/row') ctx.body = await row(pool);
    else if (ctx.path === '/hashes') ctx.body = { perSecond: await hashesPerSecond(Number(ctx.query['ms'])) };
  });
  const server = createServer(app.callback());
  const port = await listenOn(server, 0, '127.0.0.1');
  tellReady({ port, opsPort: port });
  return {
    async drain() {
      server.closeAllConnections();
      server.close();
      await pool.end();
    },
  };
});

async function row(pool: Pool): Promise<unknown> {
  return (await pool.query({ name: 'row', text: SELECT_ROW, values: [ROW_ID] })).rows[0];
}

/** As many at the same time as there are cores, at the cost our passwords have. */
async function hashesPerSecond(milliseconds: number): Promise<number> {
  const elapsed = stopwatch();
  let hashes = 0;
  const lane = async () => {
    for (; elapsed() < milliseconds; hashes += 1) await derive('argon2id', { ...COST, nonce: randomBytes(16) });
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return hashes / (elapsed() / 1_000);
}

import type { Deps } from '../../shared/compose.ts';
import { POOLS } from '../../shared/ledger/contract.ts';
import type { Middleware } from '../context.ts';

const BASE = '/ops/queues';

/** The board's own scripts and styles, its inline styles, and nothing from anywhere else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * bull-board over every pool's queue, for looking only: the queues merely dispatch, so what is done to a job there would
 * be neither remembered by the ledger nor audited.
 */
export const queueDashboard = (deps: Pick<Deps, 'queues'>): Middleware => {
  // Loaded when first looked at: most processes never show it.
  let board: Promise<Middleware> | undefined;
  return async (ctx, next) => {
    if (ctx.path !== BASE && !ctx.path.startsWith(`${BASE}/`)) return next();
    board ??= buildBoard(deps);
    ctx.set('Content-Security-Policy', POLICY);
    return (await board)(ctx, next);
  };
};

async function buildBoard({ queues }: Pick<Deps, 'queues'>): Promise<Middleware> {
  const [{ createBullBoard }, { BullMQAdapter }, { KoaAdapter }] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullMQAdapter'),
    import('@bull-board/koa'),
  ]);
  const serverAdapter = new KoaAdapter().setBasePath(BASE);
  createBullBoard({
    serverAdapter,
    queues: POOLS.map((pool) => new BullMQAdapter(queues.queue(pool), { readOnlyMode: true })),
    options: { uiConfig: { boardTitle: 'Amira' } },
  });
  return serverAdapter.registerPlugin() as Middleware;
}

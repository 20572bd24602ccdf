import type { Handler } from '../../shared/ledger/handler.ts';
import type { requestsForget } from './contract.ts';

export const requestsForgetHandler: Handler<typeof requestsForget> = {
  async effect(_payload, { tx }) {
    const [row] = await tx.query<{ forgotten: number }>(`select idempotency_forget(interval '24 hours') as forgotten`);
    return { forgotten: row?.forgotten ?? 0 };
  },
};

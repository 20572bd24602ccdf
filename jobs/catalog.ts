import { ledgerUpkeep } from './ledger-upkeep/contract.ts';
import { mailSend } from './mail-send/contract.ts';
import { pushFlush } from './push-flush/contract.ts';
import { requestsForget } from './requests-forget/contract.ts';

/** Every kind of work there is. The compiler demands a handler for each in `handlers.ts`. */
export const catalog = {
  ledgerUpkeep,
  mailSend,
  pushFlush,
  requestsForget,
} as const;

export type Catalog = typeof catalog;
